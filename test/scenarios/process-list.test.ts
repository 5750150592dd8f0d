import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { linesOfProc, processLines } from '../../src/scenarios/support/process-list.ts';

/** Of one process: terminal, time and command; its state may change from one look to the next. */
function told(lines: readonly string[], id: number | undefined): readonly string[] {
  const line = lines.find((each) => Number(each.trim().split(/\s/)[0]) === id) ?? '';
  const [, terminal = '', time = '', command = ''] = /^ *\d+ +(\S+) +\S+ +(\S+) (.*)$/.exec(line) ?? [];
  return [terminal, time, command];
}

// ps itself is the other source.
test.each([
  { what: 'its arguments', program: 'sleep', args: ['30.25'] },
  { what: 'a line end and what is not ASCII', program: 'sh', args: ['-c', 'sleep 30;\n: \u00f1 \u20ac'] },
])('a process with $what is listed as ps lists it', async ({ program, args }) => {
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  await once(child, 'spawn');
  const { stdout } = spawnSync('ps', ['ax'], { env: { ...process.env, COLUMNS: '80', LC_ALL: 'C' } });
  const theirs = told(stdout.toString('latin1').split('\n'), child.pid);
  const ours = told(linesOfProc(), child.pid);
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  expect(theirs[2]).toContain(program);
  expect(ours).toEqual(theirs);
});

test('there is a list wherever it is asked for', () => {
  expect(processLines()?.length).toBeGreaterThan(2);
});
