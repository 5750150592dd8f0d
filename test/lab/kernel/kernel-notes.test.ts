import { expect, test } from 'vitest';
import { KernelNotes } from '../../../src/lab/kernel/kernel-notes.ts';
import { type KernelSample, kernelSocketsAt } from '../../../src/session/kernel-sample.ts';

function listener(timeNs: bigint, key: string): KernelSample {
  const socket = {
    ...{
      key,
      protocol: 'tcp' as const,
      state: 'LISTEN' as const,
      local: '127.0.0.1:3500',
      remote: '0.0.0.0:*',
    },
    ...{ recvQueue: 0, sendQueue: 5, users: [], info: null },
  };
  return { timeNs, askedNs: timeNs - 10n, key, socket };
}

test('while a run goes on, what has not been told of is not known', () => {
  const notes = new KernelNotes();
  notes.take([listener(100n, 'aa')], 100n);
  // A connect returned at 150; the walk that will find its sockets has not been told of.
  const during = notes.view();
  expect(during && kernelSocketsAt(during, 150n, null)).toBeNull();
  expect(notes.covers(150n)).toBe(false);

  notes.take([{ ...listener(180n, 'bb'), askedNs: 100n }], 180n);
  const after = notes.view();
  expect(after && kernelSocketsAt(after, 150n, null)?.map(({ key }) => key)).toEqual(['aa', 'bb']);
  expect(notes.covers(150n)).toBe(true);
});

test('a walk that has found nothing new is told of too, and lets old data pass for current', () => {
  const notes = new KernelNotes();
  notes.take([listener(100n, 'aa')], 100n);
  notes.take([], 200n);
  const view = notes.view();
  expect(view && kernelSocketsAt(view, 150n, 160n)?.map(({ key }) => key)).toEqual(['aa']);
});

test('samples are in order of time, as a saved session has them, in whatever order they were told', () => {
  const notes = new KernelNotes();
  const at = (timeNs: bigint, key: string) => ({ timeNs, askedNs: timeNs - 1n, key, socket: null });
  notes.take([at(30n, 'a')], 40n);
  notes.take([at(20n, 'b')], 50n);
  expect(notes.view()?.samples.map(({ timeNs }) => timeNs)).toEqual([20n, 30n]);
  expect(notes.view()?.fromNs).toBe(20n);
});
