import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasProgram } from '../shared.ts';
import { sockscope } from '../support/cli.ts';
import { writePackets } from '../support/tcp-segments.ts';
import { PROJECT } from '../support/tools.ts';

const SAMPLE = join(PROJECT, 'samples/handshake.pcapng');

/** Fields of the whole block, each before fields of the bytes, which must not move meanwhile. */
const ORDERS = [
  ['frame.comment', 'ip.src', 'tcp.srcport'],
  ['frame.packet_id', 'ip.dst', 'tcp.window_size_value'],
  ['frame.packet_flags', 'ip.id', 'frame.comment', 'tcp.checksum'],
] as const;

describe.skipIf(!hasProgram('tshark'))('fields of the block before fields of the bytes', () => {
  test.for(ORDERS)('%s', async (order) => {
    const fields = ['frame.number', ...order].flatMap((field) => ['-e', field]);
    const { stdout } = await sockscope('packets', SAMPLE, '-Y', 'tcp', ...fields);
    const args = ['-n', '-r', SAMPLE, '-Y', 'tcp', '-T', 'fields', ...fields];
    const theirs = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(stdout).toBe(theirs);
  });
});

test('a mark of the analysis needs no comparison, a bit of the header does', async () => {
  const marked = await sockscope(
    'packets',
    SAMPLE,
    '-e',
    'frame.number',
    '-Y',
    'tcp.analysis.ack_lost_segment',
  );
  expect(marked).toMatchObject({ stderr: '', code: 0 });
  const bit = await sockscope('packets', SAMPLE, '-c1', '-e', 'frame.number', '-Y', 'tcp.flags.syn');
  expect(bit.stderr).toContain('tcp.flags.syn == 1');
});

test('files that cannot be compared do not hide the others', async () => {
  const { stdout, stderr } = await sockscope('check', '--against', 'tshark', '/dev/null', SAMPLE);
  expect(stderr).toContain('/dev/null');
  expect(stdout).toContain('TCP frames as in');
});

test.skipIf(!hasProgram('tshark'))('link types that are not decoded have their numbers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'packets-'));
  for (const linkType of [105, 127, 189]) {
    const file = join(folder, `${linkType}.pcap`);
    writePackets(file, [{ at: 0, bytes: Buffer.alloc(60) }], linkType);
    const args = ['-n', '-r', file, '-T', 'fields', '-e', 'frame.encap_type'];
    const theirs = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect((await sockscope('packets', file, '-e', 'frame.encap_type')).stdout).toBe(theirs);
  }
  rmSync(folder, { recursive: true });
});
