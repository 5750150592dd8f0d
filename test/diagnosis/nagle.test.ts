// Nagle's rule (RFC 896) against delayed acknowledgements. By hand: the client's bytes begin with 101, and 40 ms is how long
// Linux delays an acknowledgement.
import { expect, test } from 'vitest';
import { segmentReports } from '../support/segment-reports.ts';
import { HANDSHAKE, type Segment } from '../support/tcp-segments.ts';

const { reportOf } = segmentReports();

/** Writes of several segments, the last of which leaves 0.1 ms after the late acknowledgement of those before it. */
function writes(
  sizes: readonly number[],
  further: (at: number, seq: number) => Segment[] = () => [],
): Segment[] {
  const segments: Segment[] = [];
  let seq = 101;
  let back = 501;
  for (let write = 0; write < 4; write++) {
    const at = 100 + write * 300;
    for (const [index, len] of sizes.entries()) {
      const isLast = index === sizes.length - 1;
      if (isLast) segments.push({ at: at + 60, way: '<', seq: back, ack: seq });
      segments.push({ at: isLast ? at + 60.1 : at + index * 0.01, way: '>', seq, ack: back, len });
      seq += len;
    }
    const more = further(at + 60.2, seq);
    segments.push(...more.map((segment) => ({ ...segment, ack: back })));
    seq += more.reduce((sum, { len = 0 }) => sum + len, 0);
    segments.push({ at: at + 61, way: '<', seq: back, ack: seq, len: 50 });
    back += 50;
    segments.push({ at: at + 62, way: '>', seq, ack: back });
  }
  return segments;
}

async function nagle(segments: readonly Segment[]) {
  const { issues } = await reportOf([...HANDSHAKE, ...segments]);
  return issues.filter(({ kind }) => kind === 'nagle-delayed-ack').map(({ params }) => params);
}

test.each([
  { what: 'small data behind small data', sizes: [100, 100] },
  { what: 'the rest of a write behind a full-sized segment', sizes: [1460, 500] },
  { what: 'the rest behind several', sizes: [1460, 1460, 1460, 500] },
  { what: 'the rest behind what was captured before it was cut into segments', sizes: [4380, 500] },
])('$what waits each time', async ({ sizes }) => {
  const [found] = await nagle(writes(sizes));
  expect(found).toMatchObject({ side: 'A', count: 4 });
  // 60 ms after each write began; the segments of one write leave 0.01 ms apart.
  expect(found?.seconds).toBeCloseTo(4 * 0.06, 3);
});

test.each([
  { what: 'a full-sized segment', sizes: [1460, 1460] },
  { what: 'several segments that were captured as one', sizes: [4380, 2920] },
])('$what behind a late acknowledgement was not held back', async ({ sizes }) => {
  expect(await nagle(writes(sizes))).toEqual([]);
});

test('a small segment with more at its heels was not held back: the sender had waited for room', async () => {
  const more = (at: number, seq: number): Segment[] => [{ at, way: '>', seq, len: 1460 }];
  expect(await nagle(writes([1460, 500], more))).toEqual([]);
});

test('nor was one that comes later than at once', async () => {
  const paused = writes([1460, 500]).map((one) =>
    one.len === 500 || one.len === 50 || (one.way === '>' && one.len === undefined)
      ? { ...one, at: one.at + 5 }
      : one,
  );
  expect(await nagle(paused)).toEqual([]);
});

test('the next write after an answer does not take back what was held', async () => {
  // Each write follows the answer within 3 ms.
  const one = (at: number, seq: number, back: number): Segment[] => [
    { at, way: '>', seq, ack: back, len: 1460 },
    { at: at + 60, way: '<', seq: back, ack: seq + 1460 },
    { at: at + 60.1, way: '>', seq: seq + 1460, ack: back, len: 500 },
    { at: at + 61, way: '<', seq: back, ack: seq + 1960, len: 50 },
  ];
  const segments = [0, 1, 2].flatMap((n) => one(100 + n * 62, 101 + n * 1960, 501 + n * 50));
  expect(await nagle(segments)).toMatchObject([{ count: 3 }]);
});
