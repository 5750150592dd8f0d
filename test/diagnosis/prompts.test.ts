// What made a segment be sent again: acknowledgements, a timer, or nothing that is in the capture. All numbers are by hand:
// the client's bytes begin with 101, the server's with 501.
import { expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import type { CheckReport, Issue, IssueKind } from '../../src/diagnosis/check/report.ts';
import { segmentReports } from '../support/segment-reports.ts';
import {
  ACK,
  HANDSHAKE,
  icmpUnreachable,
  packetOf,
  type Segment,
  SYN,
  writePackets,
} from '../support/tcp-segments.ts';

const { file, reportOf } = segmentReports();

const PROMPTS: readonly IssueKind[] = [
  'timeouts',
  'fast-retransmissions',
  'unprompted-retransmissions',
  'too-big-retransmissions',
  'fast-open-refused',
];
/** Why it says that segments were sent again, and which frames prove it. */
const prompts = ({ issues }: CheckReport) =>
  issues.filter(({ kind }) => PROMPTS.includes(kind)).map(({ kind, frames }) => [kind, ...frames]);
const of = (report: CheckReport, kind: IssueKind): Issue | undefined =>
  report.issues.find((issue) => issue.kind === kind);
const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });
/** What is said of segments among which an ICMP error quotes the one at this place: fragmentation needed, or else. */
async function withError(segments: readonly Segment[], place: number, at: number, code = 4) {
  const packets = segments.map((segment, index) => ({
    at: segment.at,
    bytes: packetOf(segment, index + 1),
  }));
  const quoted = packets[place]?.bytes;
  if (quoted === undefined) throw new Error('nothing to quote');
  const error = icmpUnreachable(code, quoted);
  // It goes to who sent what it quotes: the other way its addresses change places, which leaves the checksum right.
  if (segments[place]?.way === '<')
    Buffer.concat([error.subarray(16, 20), error.subarray(12, 16)]).copy(error, 12);
  packets.push({ at, bytes: error });
  packets.sort((x, y) => x.at - y.at);
  writePackets(file, packets);
  return checkFile(file, { conversations: 10 });
}
/** An acknowledgement that reports bytes beyond a gap (RFC 2018). */
const sack = (at: number, number: number, left: number, right: number): Segment => ({
  ...ack(at, number),
  options: [1, 1, 5, 10, 0, 0, left >> 8, left & 255, 0, 0, right >> 8, right & 255],
});

/** Near a receiver whose sender is 300 ms away, there and back. */
const FAR: readonly Segment[] = [
  { at: 0, way: '>', seq: 100, flags: SYN },
  { at: 0.1, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
  { at: 300.1, way: '>', seq: 101, ack: 501 },
];
/** Byte 201 … 300 does not come; the receiver asks three times. */
const GAP: readonly Segment[] = [
  ...[data(301, 101), ack(301.1, 201), data(302, 301), ack(302.1, 201)],
  ...[data(303, 401), ack(303.1, 201), data(304, 501), ack(304.1, 201)],
];

test('what was asked for comes a round trip later where the sender is far away', async () => {
  const report = await reportOf([...FAR, ...GAP, data(604.1, 201), ack(604.2, 601)]);
  expect(prompts(report)).toEqual([['fast-retransmissions', 12]]);
  // The gap was met at 302 ms.
  expect(of(report, 'fast-retransmissions')?.params.seconds).toBeCloseTo(0.3021, 6);
});

test('what comes later than that was sent by the timer', async () => {
  const report = await reportOf([...FAR, ...GAP, data(904.1, 201), ack(904.2, 601)]);
  expect(prompts(report)).toEqual([['timeouts', 12]]);
  expect(of(report, 'timeouts')?.params).toMatchObject({ timeouts: 1, unsure: 0 });
});

test('near the sender the same silence is that of its timer', async () => {
  const report = await reportOf([
    ...[...HANDSHAKE, data(30, 101), data(31, 201), data(32, 301)],
    ...[ack(50, 201), ack(52, 201), data(352, 201), ack(372, 401)],
  ]);
  expect(prompts(report)).toEqual([['timeouts', 9]]);
  expect(of(report, 'timeouts')?.params.unsure).toBe(0);
});

test('without a round trip to the sender nobody can tell', async () => {
  const report = await reportOf([...GAP, data(604.1, 201), ack(604.2, 601)]);
  expect(of(report, 'timeouts')?.params).toMatchObject({ timeouts: 1, unsure: 1 });
  expect(report.issues.map(issueText).join()).toContain('how far away the sender is does not show');
});

test('an acknowledgement that only advances asks for nothing, nor do data', async () => {
  for (const spoken of [ack(50, 201), { ...ack(50, 201), len: 100 }]) {
    const report = await reportOf([...HANDSHAKE, data(30, 101), data(31, 201), spoken, data(90, 201)]);
    expect(prompts(report)).toEqual([['unprompted-retransmissions', 7]]);
  }
});

test('one that reports later bytes asks, also when it advances', async () => {
  const sent = [...HANDSHAKE, data(30, 101), data(31, 201), data(32, 301)];
  const asked = await reportOf([...sent, sack(52, 201, 301, 401), data(62, 201), ack(82, 401)]);
  expect(prompts(asked)).toEqual([['fast-retransmissions', 8]]);
  // What is reported has arrived, and what is behind it has nothing reported behind it.
  const tail = await reportOf([...sent, data(33, 401), sack(52, 201, 301, 401), data(112, 401)]);
  expect(prompts(tail)).toEqual([['unprompted-retransmissions', 9]]);
});

test('in a recovery an acknowledgement of a part asks for what follows', async () => {
  const report = await reportOf([
    ...[...HANDSHAKE, data(30, 101), data(31, 201), data(32, 301), data(33, 401)],
    ...[ack(50, 101), ack(51, 101), ack(52, 101), data(52.1, 101), ack(72, 201), data(72.1, 201)],
    ...[ack(92, 501), data(93, 501), data(94, 601), ack(113, 601), data(154, 601), ack(174, 701)],
  ]);
  // Frame 18 lies behind what had been sent when frame 11 was: the recovery is over.
  expect(prompts(report)).toEqual([
    ['fast-retransmissions', 11, 13],
    ['unprompted-retransmissions', 18],
  ]);
});

test('waits that double are those of a timer, however short', async () => {
  const sent = [...HANDSHAKE, data(30, 101)];
  const doubled = await reportOf([...sent, data(63, 101), data(129, 101), data(261, 101), ack(281, 201)]);
  expect(prompts(doubled)).toEqual([['timeouts', 5, 6, 7]]);
  const { params } = of(doubled, 'timeouts') ?? {};
  expect(params).toMatchObject({ timeouts: 3, bytes: 300 });
  expect(params?.seconds).toBeCloseTo(0.231, 6);
  const others = await reportOf([...sent, data(63, 101), data(113, 101), ack(133, 201)]);
  expect(prompts(others)).toEqual([['unprompted-retransmissions', 5, 6]]);
  expect(others.issues.map(issueText).join()).toContain('sent 1 segment again, 2 times');
});

test('the timer of a wait that doubles runs from what was acknowledged last', async () => {
  const report = await reportOf([
    ...[...HANDSHAKE, data(30, 101), data(31, 201), ack(50, 201)],
    ...[data(90, 201), data(170, 201), ack(190, 301)],
  ]);
  expect(prompts(report)).toEqual([['timeouts', 7, 8]]);
});

test('what was too big for a router is sent again in other pieces', async () => {
  const segments = [
    ...[...HANDSHAKE, data(30, 101, 1400), data(30.1, 1501, 1400)],
    ...[data(41, 101, 1000), data(41.1, 1101, 1000), data(41.2, 2101, 800), ack(60, 2901)],
  ];
  const report = await withError(segments, 3, 40);
  expect(prompts(report)).toEqual([['too-big-retransmissions', 7, 8, 9]]);
  expect(of(report, 'overtaken')).toBeUndefined();
  expect(of(report, 'too-big-retransmissions')).toMatchObject({
    severity: 'note',
    params: { side: 'A', count: 3, bytes: 2800 },
  });
});

test('another error, one that is long past, or one about the other side is no reason', async () => {
  const segments = [...HANDSHAKE, data(30, 101), data(90, 101), ack(110, 201)];
  expect(prompts(await withError(segments, 3, 40))).toEqual([['too-big-retransmissions', 6]]);
  expect(prompts(await withError(segments, 3, 40, 1))).toEqual([['unprompted-retransmissions', 6]]);
  expect(prompts(await withError(segments, 3, 100))).toEqual([['unprompted-retransmissions', 5]]);
  expect(prompts(await withError(segments, 1, 40))).toEqual([['unprompted-retransmissions', 6]]);
  const late = [...HANDSHAKE, data(30, 101), data(330, 101), ack(350, 201)];
  expect(prompts(await withError(late, 3, 40))).toEqual([['timeouts', 6]]);
});

/** A SYN with 100 bytes; the answer acknowledges the SYN alone. */
const REFUSED_DATA: readonly Segment[] = [
  { at: 0, way: '>', seq: 100, flags: SYN, len: 100 },
  { at: 10, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
  { at: 20, way: '>', seq: 101, ack: 501 },
];

test('data of a SYN that the answer did not take, and then a timer', async () => {
  const report = await reportOf([...REFUSED_DATA, data(21, 101), ack(30, 201)]);
  expect(prompts(report)).toEqual([['fast-open-refused', 4]]);
  expect(of(report, 'fast-open-refused')).toMatchObject({
    severity: 'note',
    params: { side: 'A', count: 1, bytes: 100 },
  });
  // What is sent a third time waited for a timer.
  const lost = await reportOf([...REFUSED_DATA, data(21, 101), data(321, 101), ack(330, 201)]);
  expect(prompts(lost)).toEqual([
    ['timeouts', 5],
    ['fast-open-refused', 4],
  ]);
});

test('a window of 0 in the SYN+ACK stops who goes on as soon as it opens, and nobody else', async () => {
  const closed = HANDSHAKE.map((segment, index) => (index === 1 ? { ...segment, window: 0 } : segment));
  const report = await reportOf([...closed, ack(510, 101), data(512, 101), ack(520, 201)]);
  expect(of(report, 'zero-window')).toMatchObject({
    severity: 'warning',
    frames: [2],
    params: { side: 'B', other: 'A', count: 1, stalled: 1, never: 0, seconds: 0.5 },
  });
  const idle = await reportOf([...closed, ack(30, 101), data(900, 101), ack(910, 201)]);
  expect(idle.issues).toEqual([]);
});

test('nobody waits for a window of 0 in the SYN+ACK before there is something to send', async () => {
  const closed = HANDSHAKE.map((segment, index) => (index === 1 ? { ...segment, window: 0 } : segment));
  const greeting = (at: number): Segment => ({ ...ack(at, 101), len: 50 });
  const reply = (at: number): Segment => ({ ...data(at, 101), ack: 551 });
  // RFC 5321 §3.1: a client of SMTP waits for the greeting of the server.
  const greeted = await reportOf([...closed, greeting(1010), reply(1012)]);
  expect(greeted.issues).toEqual([]);
  const openedFirst = await reportOf([...closed, ack(1010, 101), greeting(1011), reply(1013)]);
  expect(openedFirst.issues).toEqual([]);
  const sentAllTheSame = await reportOf([...closed, data(21, 101), ack(40, 201), data(41, 201)]);
  expect(sentAllTheSame.issues).toEqual([]);
});

test('a window of 0 in the SYN+ACK counts from the first probe, and not among later ones that stopped somebody', async () => {
  const closed = HANDSHAKE.map((segment, index) => (index === 1 ? { ...segment, window: 0 } : segment));
  const full = (at: number, number: number): Segment => ({ ...ack(at, number), window: 0 });
  const probed = await reportOf([...closed, data(300, 101, 1), full(310, 101), ack(1510, 101)]);
  expect(of(probed, 'zero-window')).toMatchObject({
    severity: 'warning',
    frames: [2],
    params: { count: 1, seconds: 1.5, probes: 1 },
  });
  const later = await reportOf([
    ...[...closed, ack(5010, 101), data(9000, 101), full(9010, 201), ack(9110, 201)],
    ...[data(9111, 201), ack(9120, 301)],
  ]);
  expect(of(later, 'zero-window')).toMatchObject({
    severity: 'note',
    frames: [6],
    params: { count: 1, seconds: 0.1, stalled: 1, never: 0 },
  });
});
