import { describe, expect, test } from 'vitest';
import { compareTimelines, type LineKind } from '../../src/compare/compare.ts';
import { isAlike } from '../../src/compare/measures.ts';
import type { Session } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import {
  ECHO_CALLS,
  ECHO_PACKETS,
  ECHO_RUN,
  echoSession,
  fakeCall,
  fakeCapture,
  START_NS,
} from '../session/fake-session.ts';
import { splitSession } from './split-session.ts';

const compared = (left: Session, right: Session) =>
  compareTimelines(buildTimeline(left), buildTimeline(right));

/** The lines that are not the same: their kind, what stands there, and in which fields they differ. */
function unlike(left: Session, right: Session): string[] {
  const comparison = compared(left, right);
  return [...comparison.unlike].map((line) => {
    const kind: LineKind = comparison.kind(line);
    const side = kind === 'right' ? comparison.right : comparison.left;
    const row = side.row((kind === 'right' ? comparison.rightRow(line) : comparison.leftRow(line)) ?? 0);
    const what =
      row.kind === 'packet'
        ? `packet ${row.packet}`
        : `${side.session.calls[row.call]?.role} ${side.session.calls[row.call]?.name}`;
    const how = comparison.differences(line).map(({ field, left: a, right: b }) => `${field} ${a}|${b}`);
    return [kind, what, ...how].join(' ');
  });
}

test('a run beside itself is the same in every line', () => {
  const comparison = compared(echoSession(), echoSession());
  // 14 calls and 10 packets.
  expect(comparison.counts).toEqual({ same: 24, differs: 0, left: 0, right: 0 });
  expect(comparison.measures.filter(({ left, right }) => left !== right)).toEqual([]);
});

test('each row of both runs stands on exactly one line', () => {
  const comparison = compared(echoSession(), splitSession());
  const lines = Array.from({ length: comparison.length }, (_, line) => line);
  const left = lines.map(comparison.leftRow).filter((row) => row !== null);
  const right = lines.map(comparison.rightRow).filter((row) => row !== null);
  expect(left).toEqual([...left].sort((a, b) => a - b));
  expect(new Set(right).size).toBe(14 + 11);
});

test('data in two segments: one differs in its size, one is only there', () => {
  expect(unlike(echoSession(), splitSession())).toEqual([
    'differs packet 3 bytes 5|3',
    'right packet 4',
    'differs client send segments 1|2',
  ]);
});

describe('calls', () => {
  const with7 = (change: object): Session => ({
    ...echoSession(),
    calls: ECHO_CALLS.map((call) => (call.id === 10 ? { ...call, ...change } : call)),
  });

  test.each([
    {
      name: 'an error',
      change: { ret: -1, errno: 'ECONNRESET', data: null },
      want: ['errno none|ECONNRESET', 'bytes 5|0'],
    },
    { name: 'another buffer', change: { length: 4096 }, want: ['asked 1024|4096'] },
    {
      name: 'a wait',
      change: { enterNs: START_NS, exitNs: START_NS + 9_000_000n },
      want: ['blocked 190000|9000000'],
    },
    {
      name: 'a wait without end',
      change: { exitNs: null, ret: null },
      want: ['bytes 5|0', 'blocked 190000|to the end'],
    },
    {
      name: 'another flag',
      change: { args: { flags: 'MSG_PEEK' } },
      want: ['arguments flags=–|flags=MSG_PEEK'],
    },
    {
      name: 'other data',
      change: { data: new Uint8Array(Buffer.from('jello')) },
      want: ['data hello|jello'],
    },
    // Beside the 190 µs of the other run: it did wait, yet not a millisecond longer.
    {
      name: 'a wait as short as chance',
      change: { enterNs: START_NS, exitNs: START_NS + 900_000n },
      want: [],
    },
    { name: 'another descriptor', change: { fd: 77 }, want: [] },
    { name: 'a little later', change: { exitNs: START_NS + 2_400_000n }, want: [] },
  ])('$name', ({ change, want }) => {
    const found = unlike(echoSession(), with7(change));
    expect(found).toEqual(want.length === 0 ? [] : [`differs client recv ${want.join(' ')}`]);
  });

  test('waits on both sides of a limit are the same wait, also in the sums', () => {
    const waiting = (us: number): Session =>
      with7({ enterNs: START_NS, exitNs: START_NS + BigInt(us) * 1000n });
    expect(unlike(waiting(1060), waiting(675))).toEqual([]);
    expect(unlike(waiting(5000), waiting(675))).toEqual(['differs client recv blocked 5000000|675000']);
    const sum = (left: number, right: number) => {
      const { measures } = compared(waiting(left), waiting(right));
      return measures.filter((each) => each.name === 'blocked, client').map(isAlike);
    };
    expect(sum(1060, 675)).toEqual([true]);
    expect(sum(5000, 675)).toEqual([false]);
  });

  test('a call that only one run has', () => {
    const option = fakeCall(
      {
        id: 15,
        role: 'client',
        name: 'setsockopt',
        fd: 21,
        socket: 'client:1',
        args: { optname: 'TCP_NODELAY' },
      },
      [1950, 1951],
    );
    const calls = [...ECHO_CALLS, option].sort((a, b) => Number(a.enterNs - b.enterNs));
    expect(unlike(echoSession(), { ...echoSession(), calls })).toEqual(['right client setsockopt']);
    expect(unlike({ ...echoSession(), calls }, echoSession())).toEqual(['left client setsockopt']);
  });
});

test('parameters that differ come first, and sums are those of the runs', () => {
  const other = {
    ...splitSession(),
    run: { ...ECHO_RUN, parameters: { ...ECHO_RUN.parameters, message: 'hi' } },
  };
  const { measures } = compared(echoSession(), other);
  expect(measures[0]).toEqual({ name: 'message', unit: 'text', left: 'hello', right: 'hi' });
  const sums = Object.fromEntries(measures.map(({ name, left, right }) => [name, [left, right]]));
  expect(sums.packets).toEqual([10, 11]);
  expect(sums['packets from the client']).toEqual([6, 7]);
  expect(sums['packets with data']).toEqual([2, 3]);
  expect(sums['payload from the client']).toEqual([5, 5]);
  expect(sums.sends).toEqual([2, 2]);
  // accept waited from 130 to 2050.5 µs, the client's recv from 2150 to 2340 µs.
  expect(sums['blocked, server']).toEqual([1_920_500, 1_920_500]);
  expect(sums['blocked, client']).toEqual([190_000, 190_000]);
});

test('a capture without calls beside a session: packets are paired', () => {
  const plain: Session = { capture: fakeCapture(ECHO_PACKETS), calls: [], run: null };
  const { counts, measures } = compared(plain, echoSession());
  expect(counts).toEqual({ same: 10, differs: 0, left: 0, right: 14 });
  expect(measures.find(({ name }) => name === 'calls')).toMatchObject({ left: null, right: 14 });
});

test('connections of several clients are paired one by one', () => {
  const two = (first: number): Session => ({
    capture: fakeCapture(
      [0, 1]
        .flatMap((client) =>
          ECHO_PACKETS.map((packet) => ({
            ...packet,
            us: packet.us + (client === first ? 0 : 5000),
            client,
          })),
        )
        .sort((a, b) => a.us - b.us),
    ),
    calls: [],
    run: null,
  });
  expect(compared(two(0), two(1)).counts).toEqual({ same: 20, differs: 0, left: 0, right: 0 });
});
