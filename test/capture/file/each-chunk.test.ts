import { closeSync, openSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chunksUntilFailure, eachChunk } from '../../../capture/file/each-chunk.ts';

// /proc/self/mem fails with EIO behind the end of a mapping, as a disk does at a bad sector.
test('where reading fails, what came before is kept and the place is told', () => {
  const maps = readFileSync('/proc/self/maps', 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, from = '', to = '', rights = ''] = /^([0-9a-f]+)-([0-9a-f]+) (....)/.exec(line) ?? [];
      return rights === '' ? [] : [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16), rights }];
    });
  // One that can be read, with nothing behind it.
  const found = maps.find(
    ({ from, to, rights }, index) =>
      rights.startsWith('r') &&
      to - from <= 0x10_0000 &&
      maps[index + 1] !== undefined &&
      maps[index + 1]!.from > to,
  );
  expect(found).toBeDefined();
  const { from, to } = found!;
  const fd = openSync('/proc/self/mem', 'r');
  const problems: [number, string][] = [];
  let bytes = 0;
  const told = { problem: (offset: number, message: string) => problems.push([offset, message]) };
  for (const chunk of chunksUntilFailure(fd, to - from, from, told)) bytes += chunk.length;
  expect(bytes).toBe(to - from);
  expect(problems).toEqual([[to, expect.stringContaining('the disk failed to read on from here')]]);
  expect(() => [...eachChunk(fd, to - from, from)]).toThrow(/EIO/);
  closeSync(fd);
});
