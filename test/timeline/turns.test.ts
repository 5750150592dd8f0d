import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { untilDoneOr } from '../../src/timeline/turns.ts';

/** Each step takes longer than a turn, so that others may do something after each. */
function* slowSteps(count: number, done: number[]): Generator<void, string> {
  for (let step = 0; step < count; step++) {
    const end = performance.now() + 10;
    while (performance.now() < end);
    done.push(step);
    yield;
  }
  return 'all';
}

test('others go on between the turns', async () => {
  const done: number[] = [];
  const all = untilDoneOr(slowSteps(4, done), new AbortController().signal);
  await setImmediate();
  expect(done.length).toBeLessThan(4);
  expect(await all).toBe('all');
});

test('what is left at the signal is done before those that hear it later', async () => {
  const stop = new AbortController();
  const done: number[] = [];
  const all = untilDoneOr(slowSteps(5, done), stop.signal);
  await setImmediate();
  stop.abort();
  expect(done).toEqual([0, 1, 2, 3, 4]);
  expect(await all).toBe('all');
});

test('a signal that has come already hurries from the beginning, and errors are told', async () => {
  const done: number[] = [];
  expect(await untilDoneOr(slowSteps(3, done), AbortSignal.abort())).toBe('all');
  const failing = (function* (): Generator<void, string> {
    yield;
    throw new Error('disk');
  })();
  await expect(untilDoneOr(failing, new AbortController().signal)).rejects.toThrow('disk');
});
