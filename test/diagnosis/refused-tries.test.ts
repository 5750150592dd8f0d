// One SYN that is tried again with the same number after a reset, as Windows does. All numbers are by hand.
import { expect, test } from 'vitest';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import { openSession } from '../../src/session/read.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { ACK, HANDSHAKE, RST, type Segment, SYN } from '../support/tcp-segments.ts';

const { file, reportOf } = segmentReports();

const syn = (at: number): Segment => ({ at, way: '>', seq: 100, flags: SYN });
const refusal = (at: number): Segment => ({ at, way: '<', seq: 0, ack: 101, flags: RST | ACK });
const TWO = [syn(0), refusal(1), syn(500), refusal(501)];

test('each try that is refused counts, and its reset is named', async () => {
  const report = await reportOf([...TWO, syn(1000), refusal(1001)]);
  expect(report.issues).toMatchObject([
    { kind: 'refused', frames: [2, 4, 6], total: 3, params: { syns: 3 } },
  ]);
  expect(report.issues.map(issueText)).toEqual(['10.1.1.2:80 refused 10.1.1.1:40000 3 times']);
  expect(report.top[0]?.closedBy).toBe('B-reset');
});

test('a SYN that is refused only when it comes again was refused once', async () => {
  const report = await reportOf([syn(0), syn(1000), refusal(1001)]);
  expect(report.issues).toMatchObject([{ kind: 'refused', frames: [3], params: { syns: 1 } }]);
});

test('a try that finds somebody who listens is a connection of its own', async () => {
  const opened = HANDSHAKE.map((segment) => ({ ...segment, at: segment.at + 1000 }));
  const report = await reportOf([
    ...TWO,
    ...opened,
    { at: 1030, way: '>', seq: 101, ack: 501, len: 50 },
    { at: 1040, way: '<', seq: 501, ack: 151 },
  ]);
  expect(report.issues).toMatchObject([{ kind: 'refused', frames: [2, 4], params: { syns: 2 } }]);
  expect(report.top[0]).toMatchObject({
    setupMs: 20,
    bytes: [50, 0],
    missing: [0, 0],
    closedBy: 'open',
  });
});

test('a last try without answer is told apart from those that were refused', async () => {
  const report = await reportOf([...TWO, syn(1000), syn(2000)]);
  expect(report.issues.map(({ kind, frames, params }) => [kind, frames, params.syns])).toEqual([
    ['handshake-unanswered', [5, 6], 2],
    ['refused', [2, 4], 2],
  ]);
});

test('the time line says so of each', async () => {
  await reportOf(TWO);
  const session = await openSession(file);
  const said = buildTimeline(session);
  const [, first, second, last] = [0, 1, 2, 3].map((row) => said.reasonOfPacket(row));
  expect(first).toMatchObject({ kind: 'rst-refused', packets: [0] });
  expect(second).toMatchObject({ kind: 'syn-again', params: { why: 'refused' } });
  expect(last).toMatchObject({ kind: 'rst-refused', packets: [2] });
  session.capture.close();
});
