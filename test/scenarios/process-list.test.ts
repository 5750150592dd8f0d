import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { linesOfProc, processLines } from '../../src/scenarios/support/process-list.ts';

const columns = (lines: readonly string[]) =>
  new Map(
    lines.slice(1).map((line) => {
      const [, id = '', command = ''] = /^ *(\d+) +\S+ +\S+ +\S+ (.*)$/.exec(line) ?? [];
      return [Number(id), command.slice(0, 40)];
    }),
  );

// ps itself is the other source: of the processes that both have seen, it says the same command.
test('the list made from /proc is that of ps', () => {
  const { stdout } = spawnSync('ps', ['ax'], { env: { ...process.env, COLUMNS: '80', LC_ALL: 'C' } });
  const theirs = columns(stdout.toString('latin1').trimEnd().split('\n'));
  const ours = columns(linesOfProc());
  const both = [...theirs.keys()].filter((id) => ours.has(id));
  expect(both.length).toBeGreaterThan(theirs.size * 0.8);
  expect(both).toContain(process.pid);
  const unlike = both.filter((id) => theirs.get(id)?.trim() !== ours.get(id)?.trim());
  expect(unlike.map((id) => [theirs.get(id), ours.get(id)]).slice(0, 3)).toEqual([]);
});

test('there is a list wherever it is asked for', () => {
  expect(processLines()?.length).toBeGreaterThan(2);
});
