import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import { atOnce } from '../../../src/timeline/time-order.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { fillKnown, type Look } from '../../../views/tui/known-values.ts';
import { flowSeries, type Series } from '../../../views/tui/series.ts';
import { textView } from '../../../views/tui/text-view.ts';

const look = (from: number, to: number, value: number, isMoment = false): Look => ({
  from,
  to,
  value,
  isMoment,
});

function known(
  looks: readonly Look[],
  {
    packets = [] as number[],
    events = [] as number[],
    isHeld = true,
    moments = [] as [number, number][],
  } = {},
): string {
  const found: string[] = [];
  const push = (time: number, value: number) => found.push(`${time}:${Number.isNaN(value) ? 'gap' : value}`);
  atOnce(
    fillKnown(
      { push },
      { looks, events, packets: Float64Array.from(packets), moments, isHeld, lastSecond: 10 },
    ),
  );
  return found.join(' ');
}

test.each([
  { name: 'nothing happens: it holds', got: known([look(1, 1, 0)]), want: '0:0' },
  {
    name: 'a packet ends what is known, and the next look begins it again from that packet on',
    got: known([look(1, 1, 0), look(4, 4, 5)], { packets: [3] }),
    want: '0:0 3:5',
  },
  {
    name: 'what comes after the packet is not known until somebody looks, and not after the call that may change it',
    got: known([look(1, 1, 0), look(6, 6, 5)], { packets: [3, 7], events: [5] }),
    want: '0:0 3:gap 5:5 7:gap',
  },
  {
    name: 'a look in whose time something happened says of neither side what it was',
    got: known([look(1, 1, 0), look(2, 4, 5)], { packets: [3] }),
    want: '0:0 3:gap',
  },
  {
    name: 'two looks that differ, with nothing known between: when it changed nobody saw',
    got: known([look(1, 1, 0), look(4, 4, 5)]),
    want: '0:0 1:gap 4:5',
  },
  {
    name: 'a packet may still be on its way to the queue',
    got: known([look(3.00001, 3.00001, 0), look(6, 6, 5)], { packets: [3], events: [5] }),
    want: '3:0 3.00001:gap 5:5',
  },
  {
    name: 'where a program may do what nobody recorded, it does not hold',
    got: known([look(1, 1, 0), look(4, 4, 0)], { isHeld: false }),
    want: '1:0 1:gap 4:0 4:gap',
  },
  {
    name: 'while a send goes on, it does not hold either',
    got: known([look(2, 2, 7)], { events: [1, 3], moments: [[1, 3]] }),
    want: '2:7 2:gap',
  },
])('$name', ({ got, want }) => expect(got).toBe(want));

describe('the queues of a real run', async () => {
  const session = await openSession(join(import.meta.dirname, 'queues-of-loss.pcapng'));
  const document = new Document(buildTimeline(session), 'test');
  const steps = flowSeries(document, 0);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const series = step.value;
  afterAll(() => session.capture.close());

  /** What a series says at a time of the ladder, in ms; null for nothing. */
  function valueAt({ length, times, values }: Series, ms: number): number | null {
    if (series === null) throw new Error('no series');
    const time = ms / 1e3 - Number(series.startNs - document.startNs) / 1e9;
    let found: number | null = null;
    for (let at = 0; at < length && (times[at] ?? 0) <= time; at++) found = values[at] ?? null;
    return Number.isNaN(found) ? null : found;
  }

  // A recording of its own: samples are made anew. By hand from its ladder (ms of its own column): send#1 = 4 at 73.533, its segment lost, no acknowledgement before 111.
  // Segments come from 111.103, recv#2 to recv#6 empty the queue until 150.389; all was acknowledged at 155 at the latest.
  test.each([
    { name: 'Send-Q', ms: 72, want: null },
    { name: 'Send-Q', ms: 80, want: 4 },
    { name: 'Send-Q', ms: 112, want: null },
    { name: 'Send-Q', ms: 155, want: 0 },
    { name: 'Recv-Q', ms: 80, want: 0 },
    { name: 'Recv-Q', ms: 120, want: null },
    { name: 'Recv-Q', ms: 140, want: 15904 },
    { name: 'Recv-Q', ms: 150.6, want: 0 },
    { name: 'Recv-Q', ms: 150.95, want: null },
  ])('$name at $ms ms is $want', ({ name, ms, want }) => {
    if (series === null) throw new Error('no series');
    expect(valueAt(name === 'Send-Q' ? series.sendQueue : series.recvQueue, ms)).toBe(want);
  });

  test('the table has the ladder’s times, says where they begin, and where a queue is not known', () => {
    const style = { width: 100, ascii: false, colour: false, all: false };
    const view = { view: 'buffers' as const, at: null, connection: null };
    const lines = [...textView(document.timeline, view, style)];
    expect(lines[0]).toContain('ms since the first row of the session, as in the ladder');
    expect(lines).toContain('    73.533  Send-Q 4');
    // sendall#2 begins.
    expect(lines).toContain('   110.911  Send-Q not known from here');
    expect(lines.filter((line) => line.includes('Send-Q 6968'))).toHaveLength(1);
  });
});
