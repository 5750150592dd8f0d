// Resets that ended nothing, and what stands ahead of a stream without being part of it. All numbers are by hand: the
// client's bytes begin with 101, the server's with 501.
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import type { CheckReport, IssueKind } from '../../src/diagnosis/check/report.ts';
import { holeTexts } from '../../src/diagnosis/holes.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { ACK, FIN, HANDSHAKE, RST, type Segment, SYN } from '../support/tcp-segments.ts';

const { file, reportOf } = segmentReports();

const kinds = (report: CheckReport): IssueKind[] => report.issues.map(({ kind }) => kind);
const of = (report: CheckReport, kind: IssueKind) => report.issues.find((issue) => issue.kind === kind);
const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });
/** Both sides close after the client's byte before `seq`. */
const closing = (at: number, seq: number): Segment[] => [
  { at, way: '>', seq, ack: 501, flags: FIN | ACK },
  { at: at + 10, way: '<', seq: 501, ack: seq + 1, flags: FIN | ACK },
  { at: at + 20, way: '>', seq: seq + 1, ack: 502 },
];
const BEFORE = [...HANDSHAKE, data(30, 101), ack(40, 201)];

describe('a reset without effect', () => {
  test('outside the window: order, bytes and who closed are those of the stream', async () => {
    const report = await reportOf([
      ...BEFORE,
      { at: 50, way: '>', seq: 500_101, flags: RST },
      ack(60, 201),
      data(61, 201),
      ack(70, 301),
      ...closing(80, 301),
    ]);
    expect(kinds(report)).toEqual(['reset-ignored']);
    expect(report.issues[0]).toMatchObject({
      severity: 'warning',
      frames: [6],
      params: { side: 'A', count: 1, why: 'outside' },
    });
    expect(report.top[0]).toMatchObject({ bytes: [200, 0], missing: [0, 0], closedBy: 'A', sentAgain: 0 });
    // Wireshark's count stays: data 11 ms and a FIN 30 ms behind the reset, with a first round trip of 20 ms.
    expect(report.flags).toMatchObject({ 'tcp.analysis.out_of_order': 1, 'tcp.analysis.retransmission': 1 });
  });

  test('inside the window: a challenge ACK answers it', async () => {
    const report = await reportOf([
      ...BEFORE,
      { at: 50, way: '>', seq: 2101, flags: RST },
      ack(60, 201),
      data(61, 201),
      ack(70, 301),
    ]);
    expect(of(report, 'reset-ignored')?.params.why).toBe('challenged');
    expect(report.top[0]).toMatchObject({ bytes: [200, 0], missing: [0, 0], closedBy: 'open' });
    expect(kinds(report)).toEqual(['reset-ignored']);
  });

  test('damaged, and two of them', async () => {
    const reset = (at: number): Segment => ({
      at,
      way: '>',
      seq: 201,
      ack: 501,
      flags: RST | ACK,
      wrong: 0x101,
    });
    const report = await reportOf([
      ...BEFORE,
      reset(50),
      reset(51),
      data(60, 201),
      ack(70, 301),
      ...closing(80, 301),
    ]);
    expect(of(report, 'reset-ignored')).toMatchObject({
      severity: 'note',
      frames: [6, 7],
      params: { count: 2, why: 'damaged' },
    });
    expect(kinds(report)).not.toContain('reset');
    expect(report.top[0]?.closedBy).toBe('A');
  });

  test('in the name of the server, who goes on and is acknowledged', async () => {
    const report = await reportOf([
      ...HANDSHAKE,
      data(30, 101),
      { at: 31, way: '<', seq: 501, flags: RST },
      { at: 40, way: '<', seq: 501, ack: 201, len: 100 },
      { at: 50, way: '>', seq: 201, ack: 601 },
    ]);
    expect(of(report, 'reset-ignored')?.params).toMatchObject({ side: 'B', why: 'unknown' });
    expect(report.issues.map(issueText)).toEqual([
      '1 reset in the name of 10.1.1.2:80, forged or lost on its way; 10.1.1.1:40000 went on',
    ]);
    expect(report.top[0]?.closedBy).toBe('open');
  });

  test('does not hide a later one that ends the conversation', async () => {
    const report = await reportOf([
      ...BEFORE,
      { at: 50, way: '>', seq: 500_101, flags: RST },
      ack(60, 201),
      data(61, 201),
      ack(70, 301),
      { at: 80, way: '>', seq: 301, flags: RST },
    ]);
    expect(of(report, 'reset')).toMatchObject({ frames: [10], params: { fromA: 200, closed: 0 } });
    expect(report.top[0]?.closedBy).toBe('A-reset');
  });
});

describe('a reset', () => {
  test('is told with what was known at its moment; what was on its way proves nothing', async () => {
    const report = await reportOf([
      ...BEFORE,
      { at: 50, way: '<', seq: 501, ack: 201, flags: RST | ACK },
      data(51, 201),
      { at: 52, way: '>', seq: 301, ack: 501, flags: FIN | ACK },
      { at: 60, way: '<', seq: 501, flags: RST },
    ]);
    expect(of(report, 'reset')).toMatchObject({
      severity: 'warning',
      frames: [6],
      params: { side: 'B', fromA: 100, closed: 0 },
    });
    expect(kinds(report)).not.toContain('reset-ignored');
    expect(report.top[0]?.closedBy).toBe('B-reset');
  });

  test('that overtook data of its sender is none without effect', async () => {
    const report = await reportOf([
      ...BEFORE,
      { at: 50, way: '>', seq: 401, flags: RST },
      data(50.01, 201),
      data(50.02, 301),
      ack(60, 301),
      ack(60.1, 401),
    ]);
    expect(kinds(report)).toContain('reset');
    expect(kinds(report)).not.toContain('reset-ignored');
  });
});

describe('a half-open connection (RFC 9293 §3.5.1)', () => {
  test('is recovered: its reset ends what was left of the older one, and nothing is missing of the new one', async () => {
    const report = await reportOf([
      ...BEFORE,
      { at: 10_000, way: '>', seq: 900_000, flags: SYN },
      ack(10_010, 201),
      { at: 10_020, way: '>', seq: 201, flags: RST },
      { at: 11_000, way: '>', seq: 900_000, flags: SYN },
      { at: 11_010, way: '<', seq: 7000, ack: 900_001, flags: SYN | ACK },
      { at: 11_020, way: '>', seq: 900_001, ack: 7001 },
    ]);
    expect(kinds(report)).toEqual(['older-connection']);
    expect(of(report, 'older-connection')).toMatchObject({
      severity: 'warning',
      frames: [6, 7, 8, 9, 10],
      params: { side: 'A', syns: 2, seconds: 1 },
    });
    const anew = report.top.find(({ packets }) => packets === 6);
    expect(anew).toMatchObject({ bytes: [0, 0], missing: [0, 0], closedBy: 'open', setupMs: 1020 });
  });

  const syn = (at: number): Segment => ({ at, way: '>', seq: 900_000, flags: SYN });
  const rst = (at: number, seq: number): Segment => ({ at, way: '>', seq, flags: RST });

  test.each([
    ['ahead', 1_677_700],
    ['behind', 201],
  ])(
    'is told of where the capture ends with its reset, and the older number stands %s',
    async (_, number) => {
      const report = await reportOf([syn(0), ack(10, number), rst(20, number)]);
      expect(report.issues.map(({ kind, severity, frames }) => [kind, severity, frames])).toEqual([
        ['older-connection', 'note', [1, 2, 3]],
      ]);
      expect(report.top[0]).toMatchObject({ bytes: [0, 0], missing: [0, 0], goodput: 0 });
      const capture = await openCapture(file);
      expect(holeTexts(capture)(1)).toBeNull();
      capture.close();
    },
  );

  test('takes as many tries as the older one takes to go', async () => {
    const report = await reportOf([
      ...[syn(0), ack(10, 1_677_700), rst(20, 1_677_700), ack(21, 1_677_700), rst(41, 1_677_700)],
      ...[syn(1000), { at: 1010, way: '<', seq: 7000, ack: 900_001, flags: SYN | ACK } as const],
      ...[{ at: 1020, way: '>', seq: 900_001, ack: 7001, len: 50 } as const, ack(1030, 900_051)],
    ]);
    expect(kinds(report)).toEqual(['older-connection']);
    expect(report.top[0]).toMatchObject({ bytes: [50, 0], missing: [0, 0], closedBy: 'open' });
  });

  test('is none when the reset has another number than what was acknowledged: the capture lacks data', async () => {
    const report = await reportOf([syn(0), ack(10, 901_001), rst(20, 901_501)]);
    expect(kinds(report)).toEqual(['missing-from-capture', 'reset']);
  });
});

describe('a damaged segment', () => {
  const damaged = (at: number, seq: number): Segment => ({ ...data(at, seq), wrong: 0x101 });

  test('far ahead makes nothing missing and nothing late', async () => {
    const report = await reportOf([
      ...BEFORE,
      damaged(50, 90_101),
      data(51, 201),
      ack(60, 301),
      ...closing(70, 301),
    ]);
    expect(kinds(report)).toEqual(['checksum-damage']);
    expect(report.top[0]).toMatchObject({ bytes: [200, 0], missing: [0, 0], closedBy: 'A' });
  });

  test('behind a gap, with the right numbers: the stream goes on behind it', async () => {
    const report = await reportOf([...BEFORE, damaged(50, 301), data(51, 401), data(3000, 501)]);
    // Bytes 201 to 300 are in no segment.
    expect(of(report, 'gap-in-data')).toMatchObject({ frames: [6], params: { bytes: 100 } });
    expect(report.top[0]).toMatchObject({ missing: [100, 0] });
  });

  test('that is sent again is told as sent again', async () => {
    const report = await reportOf([
      ...BEFORE,
      damaged(50, 301),
      data(51, 201),
      ack(60, 301),
      data(400, 301),
      ack(410, 401),
    ]);
    expect(of(report, 'checksum-damage')?.params).toMatchObject({ wrong: 1, again: 1 });
    expect(report.top[0]).toMatchObject({ bytes: [300, 0], missing: [0, 0], sentAgain: 1 });
  });

  test('where no checksum is right, the network card makes them: the gap counts', async () => {
    const all = [...BEFORE, data(50, 301), data(3000, 401)].map(
      (segment): Segment => (segment.way === '>' ? { ...segment, wrong: 0x101 } : segment),
    );
    expect(of(await reportOf(all), 'gap-in-data')?.params.bytes).toBe(100);
  });
});

describe('a reset that its sender knows nothing of', () => {
  const reset: Segment = { at: 35, way: '<', seq: 501, flags: RST };
  const answer = (at: number): Segment => ({ at, way: '<', seq: 501, ack: 201, len: 100 });
  /** Whoever was reset answers so. */
  const gone = (at: number): Segment => ({ at, way: '>', seq: 201, flags: RST });

  test('is told with the frame that shows it, and so is data after it that nobody acknowledged', async () => {
    // The round trip is 20 ms: what comes 9 ms after the reset may have been overtaken, 25 ms after it nothing has.
    const report = await reportOf([
      ...[...HANDSHAKE, data(30, 101), reset, ack(44, 201), gone(45), answer(60), gone(61)],
      ...[answer(360), gone(361)],
    ]);
    expect(of(report, 'reset')).toMatchObject({ frames: [5], params: { side: 'B', spokeFrame: 8 } });
    expect(of(report, 'reset')?.params.spokeAfter).toBeCloseTo(0.025);
    const left = of(report, 'never-acknowledged');
    expect(left).toMatchObject({ frames: [8, 10], params: { side: 'B', bytes: 100, again: 1, reset: 'B' } });
    expect(left?.params.sinceReset).toBeCloseTo(-0.025);
    expect(left === undefined ? '' : issueText(left)).toContain(
      'and 1 time again, last 300 ms after the first; 25 ms before, a reset had come from 10.1.1.2:80, or in its name',
    );
  });

  test('is none where what follows may have been overtaken, or is a reset as well', async () => {
    const report = await reportOf([
      ...[...HANDSHAKE, data(30, 101), reset, answer(36), data(38, 201), { ...reset, at: 60 }],
    ]);
    expect(of(report, 'reset')?.params).not.toHaveProperty('spokeFrame');
  });
});

test('a reset that does not acknowledge the SYN leaves the handshake whole', async () => {
  const report = await reportOf([
    { at: 0, way: '>', seq: 100, flags: SYN },
    { at: 1, way: '<', seq: 501, ack: 178, flags: RST | ACK },
    { at: 2, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
    { at: 3, way: '>', seq: 101, ack: 501 },
    ...[data(30, 101), ack(40, 201), ...closing(50, 201)],
  ]);
  expect(report.issues.map(({ kind, params }) => [kind, params.why])).toEqual([['reset-ignored', 'outside']]);
  expect(report.top[0]).toMatchObject({ setupMs: 3, bytes: [100, 0], missing: [0, 0], closedBy: 'A' });
});

test('what only probed a closed window does not count as sent when the connection is reset', async () => {
  const closed = (at: number): Segment => ({ ...ack(at, 101), window: 0 });
  const report = await reportOf([
    ...[...HANDSHAKE, closed(30), data(230, 101, 1), closed(240), data(640, 101, 1), closed(650)],
    { at: 2000, way: '>', seq: 101, ack: 501, flags: RST | ACK },
  ]);
  expect(of(report, 'reset')?.params).toMatchObject({ fromA: 0, fromB: 0 });
  expect(report.top[0]?.bytes).toEqual([0, 0]);
});

describe('resets in the names of both ends', () => {
  const fromA = (at: number, seq: number): Segment => ({ at, way: '>', seq, ack: 501, flags: RST | ACK });
  const fromB = (at: number, seq: number): Segment => ({ at, way: '<', seq, ack: 201, flags: RST | ACK });

  test('are told of each side where the conversation went on', async () => {
    const report = await reportOf([
      ...[...BEFORE, fromA(50, 201), fromB(50.1, 501), fromB(50.2, 501)],
      ...[data(260, 201), ack(270, 301), ...closing(280, 301)],
    ]);
    expect(report.issues).toMatchObject([
      { kind: 'reset-ignored', severity: 'warning', frames: [7, 8], params: { side: 'B', count: 2 } },
      { kind: 'reset-ignored', severity: 'warning', frames: [6], params: { side: 'A', count: 1 } },
    ]);
    expect(report.top[0]).toMatchObject({ bytes: [200, 0], closedBy: 'A' });
  });

  test('the second has no part in the effect of the first: what ends it comes later', async () => {
    const report = await reportOf([
      ...[...BEFORE, fromA(50, 201), fromB(50.1, 501), data(260, 201), ack(270, 301)],
      { at: 300, way: '<', seq: 501, ack: 301, flags: RST | ACK },
    ]);
    expect(of(report, 'reset')).toMatchObject({ frames: [10], params: { side: 'B', fromA: 200 } });
    expect(of(report, 'reset')?.params).not.toHaveProperty('crossedFrame');
  });

  test('what comes sooner than any answer did not come of the first; an end answers no reset (RFC 9293 §3.10.7)', async () => {
    const crossed = await reportOf([...BEFORE, fromA(50, 201), fromB(50.1, 501)]);
    expect(of(crossed, 'reset')).toMatchObject({
      frames: [6],
      params: { side: 'A', crossedFrame: 7, crossedAfter: 0.0001 },
    });
    expect(crossed.issues.map(issueText)[0]).toContain(
      '; 0.1 ms later, in frame 7, 10.1.1.2:80 reset it too, before it can have known: both gave up at once',
    );
    // The least time from A's data to an answer is 10 ms.
    const later = await reportOf([...BEFORE, fromA(50, 201), fromB(60, 501)]);
    expect(of(later, 'reset')?.params).not.toHaveProperty('crossedFrame');
  });

  test('whoever goes on was reset in its name', async () => {
    const report = await reportOf([...BEFORE, fromA(50, 201), fromB(50.1, 501), data(260, 201)]);
    expect(of(report, 'reset')?.params).toMatchObject({ crossedFrame: 7, spokeFrame: 8 });
    expect(report.issues.map(issueText)[0]).toContain(
      'before it can have known; but it went on 210 ms later',
    );
  });
});

test.each([
  ['SYN+RST', SYN | RST],
  ['SYN+FIN+RST', SYN | FIN | RST],
  ['FIN+RST', FIN | RST],
])('a %s opens nothing and carries nothing: 0 bytes were sent, and none are missing', async (_, flags) => {
  const report = await reportOf([{ at: 0, way: '>', seq: 100, flags }]);
  expect(of(report, 'reset')?.params).toMatchObject({ fromA: 0, fromB: 0 });
  expect(report.top[0]).toMatchObject({ bytes: [0, 0], missing: [0, 0] });
});
