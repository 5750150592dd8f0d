import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { UserError } from '../../capture/user-error.ts';
import { checkFile, judgeFile, verdictIn } from '../../src/diagnosis/check/check.ts';
import { haveShared, PROJECT, SHARED } from '../support/tools.ts';

const inFolder = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(name))
    .map((name) => join(folder, name));

const captures = [
  ...inFolder(join(PROJECT, 'samples')),
  ...(haveShared('captures') ? inFolder(join(SHARED, 'captures')) : []),
];

/** What a file that cannot be read is refused with. */
const orRefused = (outcome: Promise<string>): Promise<string> =>
  outcome.catch((error: UserError) => error.message);

describe('the verdict, which looks no further than the first warning', () => {
  test.each(captures.map((file) => ({ name: file.slice(file.lastIndexOf('/') + 1), file })))(
    'is that of the whole report: $name',
    async ({ file }) => {
      const report = checkFile(file, { conversations: 0 }).then(verdictIn);
      expect(await orRefused(judgeFile(file, {}))).toBe(await orRefused(report));
    },
  );

  test.each([
    ['handshake.pcapng', 'fine'],
    ['refused.pcapng', 'warning'],
  ])('of %s is %s', async (name, verdict) => {
    expect(await judgeFile(join(PROJECT, 'samples', name), {})).toBe(verdict);
  });

  test('of a file that was cut is that it is damaged, whatever else is in it', async () => {
    const cut = join(tmpdir(), `verdict-${process.pid}.pcapng`);
    writeFileSync(cut, readFileSync(join(PROJECT, 'samples/refused.pcapng')).subarray(0, -7));
    try {
      expect(await judgeFile(cut, {})).toBe('damaged');
    } finally {
      rmSync(cut);
    }
  });
});
