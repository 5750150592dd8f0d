import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Hang, processTimes } from './hang.ts';

describe('a process that does not answer', () => {
  const looks = (times: number, state: string, msALook: number): (string | null)[] => {
    const hang = new Hang();
    return Array.from({ length: times }, (_, index) => hang.look({ state, cpuMs: 5000 + index * msALook }));
  };

  test.each([
    { name: 'works all the time', state: 'R', msALook: 1000, after: 21, what: /20000 ms of processor time/ },
    { name: 'works between waits', state: 'S', msALook: 500, after: 41, what: /20000 ms of processor time/ },
    {
      name: 'waits and does nothing',
      state: 'S',
      msALook: 0,
      after: 20,
      what: /waits for what does not come/,
    },
  ])('hangs when it $name', ({ state, msALook, after, what }) => {
    const said = looks(after + 1, state, msALook);
    expect(said.slice(0, after).every((each) => each === null)).toBe(true);
    expect(said[after]).toMatch(what);
  });

  test.each([
    { name: 'gets no processor', state: 'R', msALook: 0 },
    { name: 'waits for a disk', state: 'D', msALook: 0 },
    { name: 'is stopped', state: 'T', msALook: 0 },
    { name: 'gets little of a processor', state: 'S', msALook: 20 },
  ])('does not hang when it $name, however long that takes', ({ state, msALook }) => {
    expect(looks(600, state, msALook).every((each) => each === null)).toBe(true);
  });
});

test('the kernel says what a process does', async () => {
  const script =
    "process.stdout.write('x'); const end = process.cpuUsage().user + 300000; while (process.cpuUsage().user < end); process.stdout.write('y'); setInterval(() => {}, 1e6)";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const pid = child.pid ?? 0;
    await once(child.stdout, 'data');
    const before = processTimes(pid)?.cpuMs ?? Number.NaN;
    await once(child.stdout, 'data');
    const after = processTimes(pid)?.cpuMs ?? Number.NaN;
    expect(after - before).toBeGreaterThanOrEqual(200);
    await expect.poll(() => processTimes(pid)?.state, { timeout: 20_000 }).toBe('S');
  } finally {
    child.kill('SIGKILL');
  }
  await once(child, 'exit');
  expect(processTimes(child.pid ?? 0)).toBeNull();
});
