// Packets that are captured twice where nothing in their headers counts packets: as over IPv6, or with the 0 for an
// identification that RFC 6864 allows. All numbers are by hand.
import { expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { ACK, packetOf, type Segment, SYN, writePackets } from '../support/tcp-segments.ts';

const { file } = segmentReports();

const data = (at: number, seq: number): Segment => ({ at, way: '>', seq, ack: 501, len: 100 });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });

/** Kinds of issues and the frames that prove them, of segments without identification. */
async function issuesOf(segments: readonly Segment[]) {
  writePackets(
    file,
    segments.map((segment) => ({ at: segment.at, bytes: packetOf(segment, 0) })),
  );
  const { issues } = await checkFile(file, { conversations: 1 });
  return issues.map(({ kind, frames }) => [kind, ...frames]);
}

test('all packets twice, a moment apart, are no retransmissions', async () => {
  const segments: Segment[] = [
    { at: 0, way: '>', seq: 100, flags: SYN },
    { at: 20, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
    { at: 21, way: '>', seq: 101, ack: 501 },
    ...[data(22, 101), ack(42, 201), data(43, 201), ack(63, 301)],
  ];
  const doubled = [...segments, ...segments.map((segment) => ({ ...segment, at: segment.at + 1.5 }))];
  doubled.sort((x, y) => x.at - y.at);
  // The SYN+ACK of frame 5 comes after the acknowledgement of its first copy.
  expect(await issuesOf(doubled)).toEqual([
    ['captured-twice', 2, 7, 8, 12],
    ['captured-twice', 5, 11, 14],
  ]);
});

test('what comes a round trip after its copy was sent again', async () => {
  const segments: Segment[] = [
    { at: 0, way: '>', seq: 100, flags: SYN },
    { at: 2, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
    { at: 4, way: '>', seq: 101, ack: 501 },
    ...[data(30, 101), data(30.1, 201), data(30.2, 301), data(30.3, 401)],
    ...[ack(34.1, 101), ack(34.2, 101), ack(34.3, 101)],
  ];
  expect(await issuesOf([...segments, data(34.4, 101), ack(38.4, 501)])).toEqual([
    ['fast-retransmissions', 11],
  ]);
  // Its copy may itself have been late: what others asked for follows it at once.
  const late = segments.map((segment) => (segment.at === 30 ? { ...segment, at: 32 } : segment));
  late.sort((x, y) => x.at - y.at);
  expect(await issuesOf([...late, data(34.4, 101), ack(38.4, 501)])).toContainEqual([
    'fast-retransmissions',
    11,
  ]);
});

test('no timer is quicker than the way and back', async () => {
  const segments: Segment[] = [
    { at: 0, way: '>', seq: 100, flags: SYN },
    { at: 2, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
    ...[{ at: 4, way: '>', seq: 101, ack: 501 } as const, data(30, 101)],
  ];
  expect(await issuesOf([...segments, data(33, 101), ack(37, 201)])).toEqual([['captured-twice', 5]]);
  expect(await issuesOf([...segments, data(38, 101), ack(42, 201)])).toEqual([
    ['unprompted-retransmissions', 5],
  ]);
});
