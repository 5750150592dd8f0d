// Clocks that are set forward while conversations go on. Times and time stamps are by hand.
import { expect, test } from 'vitest';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import type { Issue } from '../../src/diagnosis/check/report.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { HANDSHAKE, type Segment, SYN } from '../support/tcp-segments.ts';

const { reportOf } = segmentReports();
const DAY = 86_400_000;

/** Two NOPs and the time stamp option (RFC 7323 §3.2). */
function stamp(value: number): number[] {
  return [1, 1, 8, 10, value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255, 0, 0, 0, 1];
}

/** A byte of the client and its acknowledgement, with the time stamps of both or without any. */
function exchange(at: number, index: number, stamps: readonly [number, number] | null): Segment[] {
  const [mine, theirs] = stamps === null ? [[], []] : stamps.map(stamp);
  return [
    { at, way: '>', seq: 101 + index, ack: 501, len: 1, options: mine ?? [] },
    { at: at + 1, way: '<', seq: 501, ack: 102 + index, options: theirs ?? [] },
  ];
}

async function jumps(segments: readonly Segment[]): Promise<Issue[]> {
  const { issues } = await reportOf([...HANDSHAKE, ...segments]);
  return issues.filter(({ kind }) => kind === 'clock-forward');
}

test('time stamps of both ends prove it', async () => {
  const found = await jumps([
    ...exchange(100, 0, [1000, 70_000]),
    ...exchange(3 * DAY, 1, [1010, 70_001]),
    ...exchange(3 * DAY + 20, 2, [1030, 70_002]),
  ]);
  expect(found).toMatchObject([{ severity: 'warning', frames: [5, 6], params: { flows: 1, passed: 11 } }]);
  expect(found.map(issueText)).toEqual([
    '3 d 0 h before frame 6: by the time stamps of 1 conversation no more than 11.0 s went by',
  ]);
});

test('a jump of a minute is proved by stamps too, in a capture that rested shorter before', async () => {
  const found = await jumps([
    ...exchange(100, 0, [1000, 70_000]),
    ...exchange(5000, 1, [5900, 74_900]),
    ...exchange(65_000, 2, [5905, 74_905]),
  ]);
  expect(found).toMatchObject([{ severity: 'warning', params: { passed: 6 } }]);
});

test.each([
  { name: 'ticks of 1 ms', stamps: [1000 + DAY, 70_000 + DAY] },
  { name: 'ticks of 1 s', stamps: [1000 + DAY / 1000, 70_000 + DAY / 1000] },
  { name: 'one end only', stamps: [1000 + DAY, 70_001] },
] as const)('a quiet night is none: $name', async ({ stamps }) => {
  expect(await jumps([...exchange(100, 0, [1000, 70_000]), ...exchange(DAY + 100, 1, stamps)])).toEqual([]);
});

test('a new connection between the same ports has other time stamps', async () => {
  const again: Segment[] = [
    { at: DAY, way: '>', seq: 9100, flags: SYN, options: stamp(900) },
    { at: DAY + 1, way: '>', seq: 9101, ack: 501, options: stamp(1001) },
    { at: DAY + 2, way: '<', seq: 501, ack: 9101, options: stamp(70_001) },
  ];
  expect(await jumps([...exchange(100, 0, [1000, 70_000]), ...again])).toEqual([]);
});

test('without time stamps, a day of silence is told as what it may be', async () => {
  const found = await jumps([...exchange(100, 0, null), ...exchange(3 * DAY + 100, 1, null)]);
  expect(found).toMatchObject([{ severity: 'note', frames: [5, 6], params: { flows: 1 } }]);
  expect(found.map(issueText)).toEqual([
    '3 d 0 h before frame 6: either nothing was sent or the clock was set; 1 conversation went on behind it',
  ]);
  expect(await jumps([...exchange(100, 0, null), ...exchange(DAY / 3, 1, null)])).toEqual([]);
});
