import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { HANDSHAKE, writeSegments } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'convert-notes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const input = join(folder, 'in.pcap');
writeSegments(input, HANDSHAKE);

test.each([
  ['--packets', '2,9', 'there is no packet 9: the last one is 3'],
  ['--conversation', 'tcp:9', 'there is no conversation tcp:9'],
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

test('what is there is written without a word of it', async () => {
  const { stderr } = await sockscope('convert', '--force', '--packets', '1-3', input, join(folder, 'o.pcap'));
  expect(stderr).toBe('sockscope: 3 of 3 packets written\n');
});

test('nothing is written uncompressed under the name of a compressed file', async () => {
  const { stderr, code } = await sockscope('convert', input, join(folder, 'o.pcap.gz'));
  expect([code, stderr]).toEqual([2, expect.stringContaining('convert does not compress')]);
});
