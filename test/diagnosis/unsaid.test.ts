// What a capture shows by what it lacks: an answer to a SYN, an acknowledgement of a FIN. By hand; the client's bytes begin
// with 101, the server's with 501.
import { expect, test } from 'vitest';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { ACK, FIN, HANDSHAKE, RST, type Segment, SYN } from '../support/tcp-segments.ts';

const { reportOf } = segmentReports();

const [SYN_ONLY, , LAST] = HANDSHAKE as [Segment, Segment, Segment];
const data = (at: number): Segment => ({ at, way: '>', seq: 101, ack: 501, len: 100 });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });
const fin = (at: number): Segment => ({ at, way: '>', seq: 201, ack: 501, flags: FIN | ACK });

async function said(segments: readonly Segment[]) {
  const { issues } = await reportOf(segments);
  return issues.map((issue) => [issue.kind, issueText(issue), issue.frames]);
}

test('the SYN+ACK of a connection that goes on is missing from the capture', async () => {
  expect(await said([SYN_ONLY, LAST, data(30), ack(40, 201)])).toEqual([
    ['missing-from-capture', 'the SYN+ACK of 10.1.1.2:80 to 10.1.1.1:40000, whose connection opened', [1]],
  ]);
});

test.each<[string, Segment[]]>([
  ['a SYN that is refused', [SYN_ONLY, { at: 1, way: '<', seq: 0, ack: 101, flags: RST | ACK }]],
  ['a handshake that is all there', [...HANDSHAKE, data(30), ack(40, 201)]],
  [
    'both sides that open at once (RFC 9293 §3.5)',
    [
      SYN_ONLY,
      { at: 1, way: '<', seq: 500, flags: SYN },
      { at: 10, way: '<', seq: 501, ack: 101 },
      ...[LAST, data(30), ack(40, 201)],
    ],
  ],
])('of %s none is missing', async (_, segments) => {
  expect((await said(segments)).map(([kind]) => kind)).not.toContain('missing-from-capture');
});

test('a FIN that is sent again and never acknowledged says so', async () => {
  const before = [...HANDSHAKE, data(30), ack(40, 201)];
  const tries = [100, 400, 1000, 2200].map(fin);
  expect(await said([...before, ...tries])).toEqual([
    ['fin-again', '10.1.1.1:40000 did so 3 times, and 10.1.1.2:80 never acknowledged it', [7, 8, 9]],
  ]);
  expect(await said([...before, ...tries, ack(2210, 202)])).toEqual([
    ['fin-again', '10.1.1.1:40000 did so 3 times', [7, 8, 9]],
  ]);
});

test('small segments whose first frames are not kept say from which on they are named', async () => {
  const segments = Array.from({ length: 60 }, (_, index): Segment => {
    return { at: 30 + index, way: '>', seq: 101 + index, ack: 501, len: 1 };
  });
  const small = async (frames?: number) =>
    (await reportOf([...HANDSHAKE, ...segments], frames)).issues.find(
      ({ kind }) => kind === 'small-segments',
    );
  const few = await small();
  // The handshake is frames 1 to 3.
  expect(few?.frames[0]).toBe(3 + 45);
  expect(few === undefined ? '' : issueText(few)).toContain('; frames from number 45 of them on');
  const all = await small(Number.POSITIVE_INFINITY);
  expect(all?.frames[0]).toBe(4);
  expect(all === undefined ? '' : issueText(all)).not.toContain('number');
});
