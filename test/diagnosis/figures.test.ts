// Figures of `check` that the packets themselves disprove when they are counted wrongly. All numbers are by hand: the
// client's bytes begin with 101, the server's with 501.
import { expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import type { CheckReport, IssueKind } from '../../src/diagnosis/check/report.ts';
import { words } from '../../src/words/words.ts';
import { segmentReports } from '../support/segment-reports.ts';
import {
  ACK,
  FIN,
  HANDSHAKE,
  RST,
  type Segment,
  SYN,
  udpPacket,
  writePackets,
} from '../support/tcp-segments.ts';

const { file, reportOf } = segmentReports();

const of = (report: CheckReport, kind: IssueKind) => report.issues.find((issue) => issue.kind === kind);
const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const ack = (at: number, number: number, window = 65_000): Segment => ({
  at,
  way: '<',
  seq: 501,
  ack: number,
  window,
});

test('a window of 0 stops nobody who has sent its FIN', async () => {
  const report = await reportOf([
    ...[...HANDSHAKE, data(30, 101), ack(40, 201, 0), data(340, 201, 1), ack(350, 201, 0), ack(1040, 201)],
    ...[
      data(1041, 201),
      ack(1042, 301, 0),
      { at: 1043, way: '>', seq: 301, ack: 501, flags: FIN | ACK } as const,
    ],
    ...[ack(1044, 302, 0), { at: 4000, way: '<', seq: 501, ack: 302, flags: RST | ACK } as const],
  ]);
  const issue = of(report, 'zero-window');
  // From 40 ms to 1040 ms; frame 10 closes the window again, and the FIN shows that nothing waited for it.
  expect(issue?.params.seconds).toBeCloseTo(1, 6);
  expect(issue).toMatchObject({ params: { count: 1, never: 0, stalled: 1 }, frames: [5] });
});

test('what acknowledgements asked for is late since its gap was met', async () => {
  const report = await reportOf([
    ...[...HANDSHAKE, data(30, 101), data(31, 301), data(32, 401), data(33, 501), data(34, 601)],
    ...[ack(51, 201), ack(52, 201), ack(53, 201), ack(54, 201), data(56, 201), ack(76, 701)],
  ]);
  expect(of(report, 'fast-retransmissions')?.params.seconds).toBeCloseTo(0.025, 6);
});

test('a SYN+ACK that is answered with a reset opened nothing', async () => {
  for (const flags of [RST, RST | ACK]) {
    const report = await reportOf([
      ...HANDSHAKE.slice(0, 2),
      { at: 11, way: '>', seq: 101, ack: 501, flags },
    ]);
    expect(report.issues.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['handshake-unfinished', 'note'],
    ]);
    expect(report.issues.map(issueText).join()).toContain('reset it before it was open');
  }
});

test('nothing is missing of a host that nothing came from', async () => {
  const report = await reportOf([0, 1000].map((at): Segment => ({ at, way: '>', seq: 100, flags: SYN })));
  expect(report.top[0]?.missing).toEqual([0, 0]);
});

test('a request whose answer comes from another port is answered', async () => {
  /** From 10.1.1.2 and this port to 10.1.1.1:40000: TFTP answers from a port of its own. */
  const answerFrom = (port: number): Buffer => udpPacket('<', port, 20, 2);
  const unanswered = async (at: number): Promise<number> => {
    writePackets(file, [
      { at: 0, bytes: udpPacket('>', 69, 20, 1) },
      { at, bytes: answerFrom(50_123) },
      { at: 9000, bytes: udpPacket('>', 69, 20, 3) },
    ]);
    const { issues } = await checkFile(file, { conversations: 0 });
    return issues.filter(({ kind }) => kind === 'datagrams-unanswered').length;
  };
  expect(await unanswered(10)).toBe(0);
  // Three seconds later it is no answer, and has none itself.
  expect(await unanswered(3000)).toBe(2);
});

test('the text of a reset is no data: nobody has to acknowledge it, and it counts among no bytes', async () => {
  const reset = (at: number): Segment => ({ at, way: '<', seq: 501, ack: 201, flags: RST | ACK, len: 19 });
  const report = await reportOf([...HANDSHAKE, data(30, 101), ack(40, 201), reset(50), reset(400)]);
  expect(report.issues.map(({ kind, params }) => [kind, params.fromA, params.fromB])).toEqual([
    ['reset', 100, 0],
  ]);
  expect(report.top[0]).toMatchObject({
    bytes: [100, 0],
    missing: [0, 0],
    sentAgain: 0,
    closedBy: 'B-reset',
  });
});

test('frames of a filled window are those of the waits that were counted', async () => {
  const full = (at: number, seq: number): Segment[] => [data(at, seq), ack(at + 20, seq + 100, 100)];
  const report = await reportOf([
    ...HANDSHAKE,
    ack(21, 101, 100),
    ...full(30, 101),
    ...full(51, 201),
    data(72, 301),
  ]);
  // Whether the last one waited for anything does not show: the capture ends.
  expect(of(report, 'window-full')).toMatchObject({ frames: [5, 7], total: 2, params: { count: 2 } });
});

test('what a selective acknowledgement names is not told as unknown', async () => {
  const sack = [1, 1, 5, 10, 0, 0, 1, 45, 0, 0, 1, 145];
  const report = await reportOf([
    ...[...HANDSHAKE, data(30, 101), data(31, 301), { ...ack(50, 201), options: sack }, data(5000, 301)],
  ]);
  const issue = of(report, 'never-acknowledged');
  expect(issue?.params).toMatchObject({ bytes: 100, reported: 100 });
  expect(words().issues['never-acknowledged'].why).toContain(
    'but for what a selective acknowledgement named',
  );
});
