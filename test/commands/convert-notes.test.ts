import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { HANDSHAKE, writeSegments } from '../support/tcp-segments.ts';
import { PROJECT } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'convert-notes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const input = join(folder, 'in.pcap');
writeSegments(input, HANDSHAKE);

test.each([
  ['--packets', '2,9', 'there is no packet 9: the last one is 3'],
  ['--packets', '2-9', 'of packets 2-9 there are none beyond 3, which is the last'],
  ['--from', '100', '--from is after the last packet, which came '],
  ['--to', '1999-12-31T23:59:59.999999999Z', 'no packet is before --to: the first came at '],
])('%s %s of what is not there is told', async (option, value, said) => {
  const { stderr, code } = await sockscope(
    'convert',
    '--force',
    option,
    value,
    input,
    join(folder, 'o.pcap'),
  );
  expect([stderr.includes(said), code]).toEqual([true, 0]);
});

test.each([
  ['--packets', '7-9', 'there is no packet 7-9: the last one is 3'],
  ['--conversation', 'tcp:9', 'there is no conversation tcp:9'],
])('%s %s, where nothing is left, is refused and says what there is', async (option, value, said) => {
  const output = join(folder, 'nothing.pcap');
  const { stderr, code } = await sockscope('convert', option, value, input, output);
  expect([code, existsSync(output)]).toEqual([2, false]);
  expect(stderr).toContain(said);
  expect(stderr).toContain('nothing was written: there are 3 packets; conversations: tcp:0');
});

test('numbers that only calls have are told apart', async () => {
  const sample = join(PROJECT, 'samples/handshake.pcapng');
  const { stderr } = await sockscope('convert', '--packets', '1-3', sample, join(folder, 'calls.pcapng'));
  expect(stderr).toContain(
    'there is no packet 1-3: other rows of the file have these numbers, such as calls',
  );
});

test.each(['-1', 'yesterday 5', '2026-02-31', '1e3', '2026-11-21 25:00:00'])(
  '--from %s is refused',
  async (value) => {
    const { stderr, code } = await sockscope('convert', input, join(folder, 'no.pcap'), `--from=${value}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Give seconds, or a date and time')]);
  },
);

test('--from is exact to the nanosecond', async () => {
  const two = join(folder, 'two.pcap');
  const at = (ns: number): Uint8Array => {
    const record = Buffer.alloc(16);
    for (const [index, word] of [1_700_000_000, ns, 0, 0].entries()) record.writeUInt32LE(word, index * 4);
    return record;
  };
  const header = Buffer.alloc(24);
  for (const [index, word] of [0xa1b23c4d, 2 | (4 << 16), 0, 0, 65_535, 101].entries())
    header.writeUInt32LE(word, index * 4);
  writeFileSync(two, Buffer.concat([header, at(123_456_788), at(123_456_789)]));
  const day = '2023-11-14T22:13:20.123456789Z';
  const { stderr } = await sockscope('convert', '--from', day, two, join(folder, 'late.pcap'));
  expect(stderr).toBe('sockscope: 1 of 2 packets written\n');
});

test('what is there is written without a word of it', async () => {
  const { stderr } = await sockscope('convert', '--force', '--packets', '1-3', input, join(folder, 'o.pcap'));
  expect(stderr).toBe('sockscope: 3 of 3 packets written\n');
});

test('nothing is written uncompressed under the name of a compressed file', async () => {
  const { stderr, code } = await sockscope('convert', input, join(folder, 'o.pcap.gz'));
  expect([code, stderr]).toEqual([2, expect.stringContaining('convert does not compress')]);
});
