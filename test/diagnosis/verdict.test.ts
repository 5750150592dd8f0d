import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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

describe('the verdict, which looks no further than the first warning', () => {
  test.each(captures.map((file) => ({ name: file.slice(file.lastIndexOf('/') + 1), file })))(
    'is that of the whole report: $name',
    async ({ file }) => {
      expect(await judgeFile(file, {})).toBe(verdictIn(await checkFile(file, { conversations: 0 })));
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
