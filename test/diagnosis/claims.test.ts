import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import type { CheckReport, IssueKind } from '../../src/diagnosis/check/report.ts';
import { readingOf } from '../../src/diagnosis/readings.ts';
import { openSession } from '../../src/session/read.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { span } from '../../src/words/units.ts';
import { printCheckTable } from '../../views/text/print-check.ts';
import { printLadder } from '../../views/text/print-ladder.ts';
import { sockscope } from '../support/cli.ts';
import { segmentReports } from '../support/segment-reports.ts';
import {
  HANDSHAKE,
  packetOf,
  RST,
  type Segment,
  SYN,
  udpPacket,
  writePackets,
  writeSegments,
} from '../support/tcp-segments.ts';

const { file, reportOf } = segmentReports();
const STYLE = { ascii: false, colour: false, width: 120, all: false };

const of = (report: CheckReport, kind: IssueKind) => report.issues.filter((issue) => issue.kind === kind);
const kinds = (report: CheckReport): IssueKind[] => report.issues.map(({ kind }) => kind);
const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });

describe('round trips', () => {
  test('a SYN that was sent twice tells none (Karn)', async () => {
    const syn = (at: number): Segment => ({ at, way: '>', seq: 100, flags: SYN });
    const [, answer, last] = HANDSHAKE;
    if (answer === undefined || last === undefined) throw new Error('no handshake');
    const report = await reportOf([
      syn(0),
      syn(1000),
      { ...answer, at: 1010 },
      { ...last, at: 1020 },
      data(1030, 101),
      ack(1045, 201),
    ]);
    // By hand: 15 ms from the data to its acknowledgement, 10 from the SYN+ACK to the last step of the handshake.
    const [first] = report.top;
    expect(first?.rttHalves).toEqual([
      { leastMs: 15, count: 1 },
      { leastMs: 10, count: 1 },
    ]);
    expect(first?.rttMs).toBeCloseTo(25, 5);
  });

  test('half of the way is not told as the whole', async () => {
    const report = await reportOf([ack(0, 101), data(10, 101), ack(30, 201)]);
    expect(report.top[0]?.rttHalves).toEqual([null, { leastMs: 20, count: 1 }]);
    expect(report.top[0]?.rttMs).toBeNull();
  });
});

describe('frames of an issue', () => {
  const alive = Array.from(
    { length: 9 },
    (_, index): Segment => ({ at: 60_000 + index * 1000, way: '>', seq: 100, ack: 501 }),
  );

  test('the first are named and all are counted; all are named when asked for', async () => {
    const few = of(await reportOf([...HANDSHAKE, ...alive]), 'keep-alives')[0];
    expect([few?.frames, few?.total]).toEqual([[4, 5, 6, 7, 8], 9]);
    const all = of(await reportOf([...HANDSHAKE, ...alive], Number.POSITIVE_INFINITY), 'keep-alives')[0];
    expect([all?.frames, all?.total]).toEqual([[4, 5, 6, 7, 8, 9, 10, 11, 12], 9]);
  });

  test('by the command, in JSON', async () => {
    writeSegments(file, [...HANDSHAKE, ...alive]);
    const cut = JSON.parse((await sockscope('check', '--json', '--frames', '2', file)).stdout);
    expect(cut.issues[0]).toMatchObject({ frames: [4, 5], total: 9 });
    const all = JSON.parse((await sockscope('check', '--json', '--frames', 'all', file)).stdout);
    expect(all.issues[0].frames).toHaveLength(9);
    expect((await sockscope('check', '--frames', 'some', file)).code).toBe(2);
  });
});

describe('gaps', () => {
  test('are said at the packet behind them, and at the acknowledgement that proves them', async () => {
    writeSegments(file, [...HANDSHAKE, data(30, 101), data(31, 301), ack(60, 401)]);
    const session = await openSession(file);
    const lines = [...printLadder(buildTimeline(session), { ...STYLE, width: 80 })];
    const text = lines.join(' ').replace(/[│\s]+/g, ' ');
    session.capture.close();
    // By hand: bytes 201 to 300 are missing before frame 5, and frame 6 acknowledges them.
    expect(text).toMatch(/ 5 31.000.* 100 bytes before it are not in the capture.* 6 60.000/);
    expect(text).toMatch(/ 6 60.000.* ACK of bytes up to 300, which the capture does not hold/);
  });

  test('are not held open by a reset, which acknowledges nothing', async () => {
    const reset: Segment = { at: 3000, way: '<', seq: 501, flags: RST };
    const report = await reportOf([...HANDSHAKE, data(30, 301), ack(60, 401), reset]);
    expect(kinds(report)).toContain('missing-from-capture');
    expect(of(report, 'gap-in-data')).toEqual([]);
  });

  test('filled late are not called sent again, and the reading of the frame says the same', async () => {
    const report = await reportOf([...HANDSHAKE, data(30, 101), ack(40, 201), data(50, 301), data(100, 201)]);
    expect(kinds(report)).toEqual(['filled-late']);
    expect(report.top[0]).toMatchObject({ sentAgain: 0, bytes: [300, 0] });
    const capture = await openCapture(file);
    expect(readingOf(capture, 6)?.kind).toBe('first-copy-unseen');
    capture.close();
  });

  test('a gap that acknowledgements asked for says that its first copy is not here', async () => {
    const report = await reportOf([
      ...HANDSHAKE,
      data(30, 201),
      ack(40, 101),
      ack(41, 101),
      ack(42, 101),
      data(43, 101),
      ack(60, 301),
    ]);
    const [issue] = of(report, 'fast-retransmissions');
    expect(issue === undefined ? '' : issueText(issue)).toContain('the first copy is not in the capture');
  });
});

describe('datagrams', () => {
  const query = (at: number, id: number) => ({ at, bytes: udpPacket('>', 53, 20, id) });
  const answer = (at: number, id: number) => ({ at, bytes: udpPacket('<', 53, 20, id) });
  const report = async (packets: Parameters<typeof writePackets>[1]) => {
    writePackets(file, packets);
    return of(await checkFile(file, { conversations: 0 }), 'datagrams-unanswered');
  };

  test('at the end of the capture are not known to be unanswered', async () => {
    const [issue] = await report([query(0, 1)]);
    expect([issue?.severity, issue?.params.early]).toEqual(['note', 1]);
    const [waited] = await report([query(0, 1), query(5000, 2)]);
    expect([waited?.severity, waited?.params.early]).toEqual(['warning', 0]);
  });

  test('without an answer among answered ones are found', async () => {
    const [issue, ...more] = await report([
      ...[query(0, 1), answer(20, 2), query(100, 3), query(3000, 4), answer(3020, 5)],
      ...[query(9000, 6), answer(9010, 7)],
    ]);
    // By hand: the one at 100 ms, frame 3.
    expect([issue?.frames, issue?.total, more]).toEqual([[3], 1, []]);
    expect(await report([query(0, 1), answer(20, 2), query(100, 3), answer(120, 4)])).toEqual([]);
  });

  test('in fragments count once, at their first fragment', async () => {
    const whole = udpPacket('>', 9999, 60, 1);
    // 68 bytes behind the IP header, 24 of them in each fragment (RFC 791: the offset counts eights).
    const parts = [0, 24, 48].map((offset) => {
      const data = whole.subarray(20 + offset, 20 + Math.min(offset + 24, 68));
      const bytes = Buffer.concat([whole.subarray(0, 20), data]);
      bytes.writeUInt16BE(bytes.length, 2);
      bytes.writeUInt16BE((offset < 48 ? 0x2000 : 0) | (offset / 8), 6);
      return { at: offset, bytes };
    });
    const [issue] = await report([...parts, { at: 5000, bytes: udpPacket('>', 9998, 20, 2) }]);
    expect([issue?.frames, issue?.total, issue?.params.count]).toEqual([[1], 1, 1]);
  });
});

describe('handshakes', () => {
  const [syn, answer, last] = HANDSHAKE;
  if (syn === undefined || answer === undefined || last === undefined) throw new Error('no handshake');

  test('late because the SYN+ACK was lost: from the first one to the last, before the SYN came again', async () => {
    const [issue] = of(
      await reportOf([
        ...[syn, answer, { ...answer, at: 1010 }, { ...syn, at: 1025 }],
        ...[
          { ...answer, at: 1030 },
          { ...last, at: 1040 },
        ],
      ]),
      'handshake-slow',
    );
    // By hand: without loss it would have ended at 20 ms instead of 1040.
    expect(issue?.severity).toBe('warning');
    expect(issue?.params.seconds).toBeCloseTo(1.02, 6);
  });

  test('a SYN+ACK that comes again after the end delays nothing', async () => {
    const [issue] = of(await reportOf([...HANDSHAKE, { ...answer, at: 1010 }]), 'handshake-slow');
    expect([issue?.severity, issue?.params.seconds]).toEqual(['note', 0]);
  });
});

test('a connection that was only asked for was never opened; one that was is open', async () => {
  const syns = [0, 1000, 3000].map((at): Segment => ({ at, way: '>', seq: 100, flags: SYN }));
  expect((await reportOf(syns)).top[0]?.closedBy).toBe('never');
  expect((await reportOf(HANDSHAKE)).top[0]?.closedBy).toBe('open');
});

test.each([
  [120, '2 min 0 s'],
  [3599.7, '60 min 0 s'],
  [7260, '2 h 1 min'],
  [86_399, '23 h 59 min'],
  [190_800, '2 d 5 h'],
])('%d s are %s', (seconds, text) => {
  expect(span(seconds)).toBe(text);
});

test('what was sent again more often than there are segments is no share of them', async () => {
  const again = [1000, 3000, 7000, 15_000].map((at) => data(at, 101));
  const one = await reportOf([...HANDSHAKE, data(30, 101), ...again, ack(15_010, 201)]);
  expect(one.issues.map(issueText).join()).toContain('sent 1 segment again, 4 times (400 B)');
  const two = await reportOf([...HANDSHAKE, data(30, 101), data(31, 201), ...again, ack(15_010, 301)]);
  expect(two.issues.map(issueText).join()).toContain('sent 1 segment again, 4 times (400 B)');
  const both = [1000, 3000, 7000].flatMap((at) => [data(at, 101), data(at + 1, 201)]);
  const more = await reportOf([...HANDSHAKE, data(30, 101), data(31, 201), ...both, ack(15_010, 301)]);
  // The first of the two waits for the timer, the second follows it at once.
  for (const { kind } of more.issues) expect(['timeouts', 'unprompted-retransmissions']).toContain(kind);
  for (const issue of more.issues)
    expect(issueText(issue)).toContain('sent 1 segment again, 3 times (300 B)');
  expect(more.issues).toHaveLength(2);
});

test('machine values of the JSON stay English in every language', async () => {
  writeSegments(file, [...HANDSHAKE, { at: 30, way: '<', seq: 501, flags: RST }]);
  for (const language of ['en', 'es', 'ca']) {
    const { stdout } = await sockscope('check', '--json', '--lang', language, file);
    expect(JSON.parse(stdout).issues[0]).toMatchObject({ kind: 'reset', severity: 'warning' });
  }
});

test('keep-alives: those without an answer are counted', async () => {
  const alive = (at: number): Segment => ({ at, way: '>', seq: 100, ack: 501 });
  const [issue] = of(
    await reportOf([...HANDSHAKE, alive(60_000), ack(60_010, 101), alive(120_000), alive(180_000)]),
    'keep-alives',
  );
  expect(issue?.params).toMatchObject({ count: 3, unanswered: 2 });
});

test('packets that the capture cut are told apart from damaged ones and from those that are not decoded', async () => {
  const cut = HANDSHAKE.map((segment, index) => {
    const bytes = packetOf(segment, index);
    return { at: segment.at, bytes: bytes.subarray(0, 30), wireLen: bytes.length };
  });
  const report = async (packets: Parameters<typeof writePackets>[1], linkType = 101) => {
    writePackets(file, packets, linkType);
    return kinds(await checkFile(file, { conversations: 0 }));
  };
  expect(await report(cut)).toEqual(['cut-packets']);
  expect(await report(cut.map(({ at, bytes }) => ({ at, bytes })))).toEqual(['damaged-packets']);
  expect(await report(cut, 127)).toEqual(['undecoded-packets']);
});

test('a table of files keeps the number of warnings, however narrow it is', async () => {
  const report = {
    ...(await reportOf(HANDSHAKE)),
    file: `/a/long/path/${'x'.repeat(80)}.pcapng`,
    warnings: 7,
  };
  for (const width of [50, 80, 100]) {
    const lines = [...printCheckTable([report], { ...STYLE, width })];
    expect(lines[0]).toContain('warnings');
    expect(lines[1]).toMatch(/ 7\b/);
  }
});
