// How much was sent again: a segment counts once however often it came again, and each of those that one packet carries.
// All by hand: the client's bytes begin with 101.
import { expect, test } from 'vitest';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { HANDSHAKE, type Segment } from '../support/tcp-segments.ts';

const { reportOf } = segmentReports();

const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });
const FOUR = [data(30, 101), data(31, 201), data(32, 301), data(33, 401)];

async function said(...segments: Segment[]): Promise<string[]> {
  const report = await reportOf([...HANDSHAKE, ...FOUR, ...segments]);
  return report.issues.map(issueText).map((text) => text.replace(/^.*?(sent|made)/, '$1'));
}

test('one segment three times, among others', async () => {
  const again = [data(333, 101), data(933, 101), data(2133, 101)];
  expect(await said(...again, ack(2140, 501))).toEqual(['sent 1 segment again, 3 times (300 B)']);
});

test('three segments in one packet', async () => {
  expect(await said(ack(40, 201), data(400, 201, 300), ack(410, 501))).toEqual([
    'sent 3 of 4 segments again in 1 packet (75.0 %, 300 B)',
  ]);
});

test('a piece of a segment, whose other piece follows at once', async () => {
  const pieces = [ack(40, 401), data(400, 401, 50), data(401, 451, 50)];
  const [timeout] = await said(...pieces, ack(410, 501));
  expect(timeout).toBe('sent 1 of 4 segments again (25.0 %, 50 B)');
});

test('two segments, one of them twice', async () => {
  const again = [data(333, 301), data(633, 401), data(1233, 401)];
  expect(await said(ack(40, 301), ...again, ack(1240, 501))).toEqual([
    'made 3 retransmissions of 2 segments (300 B)',
  ]);
});

test('what a timer sent again alone, then with another, is two segments', async () => {
  const again = [data(333, 301), data(933, 301, 200)];
  expect(await said(ack(40, 301), ...again, ack(940, 501))).toEqual([
    'sent 2 of 4 segments again (50.0 %, 300 B)',
  ]);
});
