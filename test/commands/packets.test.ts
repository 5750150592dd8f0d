import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasProgram } from '../shared.ts';
import { sockscope } from '../support/cli.ts';
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
