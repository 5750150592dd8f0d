import { expect, test } from 'vitest';
import { encodeEntry } from '../../src/session/journal-entry.ts';
import { encodeKernel, KernelReader } from '../../src/session/kernel-journal.ts';
import {
  type KernelSample,
  type KernelView,
  kernelSocketsAt,
  lastKernelSockets,
} from '../../src/session/kernel-sample.ts';

function sample(timeNs: bigint, askedNs: bigint, key: string, recvQueue: number | null): KernelSample {
  if (recvQueue === null) return { timeNs, askedNs, key, socket: null };
  const socket = {
    ...{ key, protocol: 'tcp' as const, state: 'ESTABLISHED' as const },
    ...{ local: '127.0.0.1:3500', remote: '[::1]:40000', recvQueue, sendQueue: 7 },
    users: [
      { pid: 12, fd: 19 },
      { pid: 13, fd: 3, name: 'nc' },
    ],
    info: { cwnd: 10, snd_mss: 1448 },
  };
  return { timeNs, askedNs, key, socket };
}

const VIEW: KernelView = {
  samples: [sample(100n, 90n, 'aa', 0), sample(200n, 180n, 'aa', 5), sample(300n, 290n, 'aa', null)],
  ...{ fromNs: 100n, toNs: 400n, left: 3 },
};

test('a view survives the file, in as many entries as it needs', () => {
  const many: KernelView = {
    ...VIEW,
    samples: Array.from({ length: 2500 }, (_, at) => sample(BigInt(100 + at), BigInt(99 + at), 'bb', at)),
  };
  for (const view of [VIEW, many]) {
    const reader = new KernelReader();
    for (const body of encodeKernel(view)) reader.take(body);
    expect(reader.view()).toEqual(view);
  }
});

test('what the kernel said last holds beyond the last row', () => {
  const still = { ...VIEW, samples: VIEW.samples.slice(0, 2), toNs: 150n };
  expect(lastKernelSockets(still)?.sockets.map(({ recvQueue }) => recvQueue)).toEqual([5]);
  expect(lastKernelSockets(still)?.ns).toBe(200n);
  expect(lastKernelSockets(VIEW)).toEqual({ sockets: [], ns: 400n });
  expect(lastKernelSockets({ ...VIEW, samples: [] })).toBeNull();
});

test.each([
  { name: 'before the first look', at: 50n, next: null, queues: null },
  { name: 'at a change', at: 100n, next: null, queues: [0] },
  { name: 'while nothing changed', at: 170n, next: 175n, queues: [0] },
  {
    name: 'between two answers that differ, with something still to come',
    at: 190n,
    next: 195n,
    queues: null,
  },
  { name: 'between them, when nothing happens before the second', at: 190n, next: 250n, queues: [5] },
  { name: 'after it is gone', at: 310n, next: null, queues: [] },
  { name: 'after the last look', at: 500n, next: null, queues: null },
])('$name', ({ at, next, queues }) => {
  const found = kernelSocketsAt(VIEW, at, next);
  expect(found?.map(({ recvQueue }) => recvQueue) ?? null).toEqual(queues);
});

test('when the kernel had answered survives the file too, of what is gone as well', () => {
  const samples = [sample(100n, 90n, 'aa', 1), sample(200n, 190n, 'aa', null)].map((each) => ({
    ...each,
    answeredNs: each.timeNs + 5n,
  }));
  const reader = new KernelReader();
  for (const body of encodeKernel({ ...VIEW, samples })) reader.take(body);
  expect(reader.view()?.samples).toEqual(samples);
});

test('a later sample may tell of a change that came before an earlier one', () => {
  // aa was asked for at 200 and 300, bb between 150 and 310: at 170 bb may have changed already.
  const samples = [
    ...[sample(100n, 90n, 'aa', 0), sample(101n, 90n, 'bb', 0)],
    ...[sample(200n, 180n, 'aa', 5), sample(310n, 150n, 'bb', 9)],
  ];
  const view: KernelView = { samples, fromNs: 100n, toNs: 400n, left: 0 };
  const queues = (at: bigint, next: bigint | null) =>
    kernelSocketsAt(view, at, next)?.map(({ recvQueue }) => recvQueue) ?? null;
  expect(queues(140n, 141n)).toEqual([0, 0]);
  expect(queues(170n, 175n)).toBeNull();
  expect(queues(170n, 320n)).toEqual([5, 9]);
});

test.each([
  'not JSON',
  '[]',
  '{"from":"1","to":"x","left":0,"samples":[]}',
  '{"from":"1","to":"2","left":0,"samples":[["1","1","aa","tcp","NOWHERE","127.0.0.1:1","*:*",0,0,[],null]]}',
  '{"from":"1","to":"2","left":0,"samples":[["1","1","aa","tcp","LISTEN","\\u001b[2J","*:*",0,0,[],null]]}',
  '{"from":"1","to":"2","left":0,"samples":[["1","1","aa","tcp","LISTEN","127.0.0.1:1","*:*",-1,0,[],null],7]}',
])('what is no sample is left out: %s', (text) => {
  const reader = new KernelReader();
  reader.take(encodeEntry([['SOCKSCOPE_KERNEL', text]]));
  expect(reader.view()).toBeNull();
});
