import { expect, test } from 'vitest';
import { plainCall } from '../../src/sockets/call.ts';
import { CallLogReader } from '../../src/sockets/call-log-reader.ts';
import { AF_UNIX, SOCK_STREAM } from '../../src/sockets/constants.ts';
import { FRAME, MAGIC } from '../../src/sockets/log-format.ts';
import { socketpair } from '../../src/sockets/socket.ts';
import { must } from './pairs.ts';
import { type Recording, read, record } from './recording.ts';

function sample(thinAfterBytes = Number.POSITIVE_INFINITY): Recording {
  return record(
    () => {
      const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
      must(a.sendall(Buffer.from('hello')));
      must(b.recv(10));
      b.shutdown(1);
      must(a.recv(10));
    },
    { thinAfterBytes },
  );
}

/** Where each frame begins, by the format's own lengths. */
function frameStarts(log: Buffer): number[] {
  const starts: number[] = [];
  for (let at = 0; at < log.byteLength; at += log.readUInt32LE(at + FRAME.bytes * 4)) starts.push(at);
  return starts;
}

test('a log that comes in pieces of any size reads the same', () => {
  const { log, calls } = sample();
  for (const size of [1, 3, 7, 64, 1000]) {
    const reader = new CallLogReader();
    for (let at = 0; at < log.byteLength; at += size) reader.feed(log.subarray(at, at + size));
    expect(reader.finish().map(plainCall)).toEqual(calls);
    expect(reader.problems).toEqual([]);
  }
});

test('a log cut at any byte gives the calls before the cut and no error', () => {
  const { log, calls } = sample();
  const whole = new Map(calls.map((call) => [`${call.name} ${call.enterNs}`, call]));
  let last = 0;
  for (let end = 0; end < log.byteLength; end++) {
    const cut = read(log.subarray(0, end));
    expect(cut.calls.length).toBeGreaterThanOrEqual(last);
    last = cut.calls.length;
    expect(
      cut.problems.some(({ kind }) => kind === 'no-closing-record') || end < (frameStarts(log)[1] ?? 0),
    ).toBe(true);
    for (const call of cut.calls) {
      if (call.exitNs !== null)
        expect({ ...call, id: 0, span: 0 }).toEqual({
          ...whole.get(`${call.name} ${call.enterNs}`),
          id: 0,
          span: 0,
        });
    }
  }
  expect(last).toBe(calls.length);
});

test('each frame that is missing is noticed', () => {
  const { log } = sample();
  const starts = frameStarts(log);
  expect(starts.length).toBeGreaterThan(8);
  starts.forEach((start, index) => {
    const end = starts[index + 1] ?? log.byteLength;
    const { problems } = read(Buffer.concat([log.subarray(0, start), log.subarray(end)]));
    const isLast = index === starts.length - 1;
    expect(problems.map(({ kind }) => kind)).toContain(isLast ? 'no-closing-record' : 'missing-records');
  });
});

test('any byte that is changed is noticed, costs one frame at most, and never an error', () => {
  const { log, calls } = sample();
  for (let at = 0; at < log.byteLength; at++) {
    const damaged = Buffer.from(log);
    damaged[at] = (damaged[at] ?? 0) ^ 0x41;
    const { calls: left, problems } = read(damaged);
    expect(problems.length).toBeGreaterThan(0);
    expect(left.length).toBeGreaterThanOrEqual(calls.length - 1);
  }
});

test('bytes between frames are passed over, even when they look like a frame', () => {
  const { log, calls } = sample();
  const [, second = 0] = frameStarts(log);
  const fake = Buffer.alloc(64);
  fake.writeUInt32LE(MAGIC, 5);
  fake.writeUInt32LE(0xffff_ffff, 9);
  const { calls: left, problems } = read(
    Buffer.concat([log.subarray(0, second), fake, log.subarray(second)]),
  );
  expect(left).toEqual(calls);
  expect(problems).toMatchObject([{ kind: 'damaged', text: '64 bytes of the call log are not records' }]);
});

test('a frame torn by a killed writer does not swallow what others wrote after it', () => {
  const { log, calls } = sample();
  const other = sample(0);
  const [, , , fourth = 0] = frameStarts(log);
  const torn = other.log.subarray(0, other.log.byteLength - 10);
  const { calls: left, problems } = read(
    Buffer.concat([torn, log.subarray(0, fourth), log.subarray(fourth)]),
  );
  expect(left.length).toBeGreaterThanOrEqual(calls.length);
  expect(problems.map(({ kind }) => kind)).toContain('damaged');
});

test('300 000 thinned calls take well under 60 MB', () => {
  const rounds = 5000;
  const { log } = record(
    () => {
      const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
      for (let i = 0; i < rounds; i++) {
        must(a.send(Buffer.from('x')));
        must(b.recv(1));
      }
    },
    { thinAfterBytes: 0 },
  );
  // One log of 10 000 calls, fed thirty times over: the frames' numbers begin again, which is only a problem noted.
  const before = process.memoryUsage();
  const reader = new CallLogReader();
  for (let i = 0; i < 30; i++) reader.feed(log);
  const calls = reader.finish();
  const after = process.memoryUsage();
  expect(calls.length).toBeGreaterThan(299_000);
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  expect(grown / 1e6).toBeLessThan(60);
});
