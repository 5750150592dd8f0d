import { orderInSteps, sortedTimes } from '../../src/timeline/time-order.ts';

/** What is known over time of a value that was looked at now and then. */

/** A value that held at some moment between two times, in seconds; `isMoment` where it says nothing of what came after. */
export interface Look {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly isMoment: boolean;
}

export interface Circumstances {
  readonly looks: readonly Look[];
  /** When something happened that may have changed the value: calls, and packets, which are in order. */
  readonly events: readonly number[];
  readonly packets: Float64Array;
  /** Times in which it may change without an event, in order. */
  readonly moments: readonly (readonly [number, number])[];
  /** Whether all that may change it is among the events: only then a value holds beyond the look. */
  readonly isHeld: boolean;
  /** Where the plot ends; it begins at 0. */
  readonly lastSecond: number;
}

/** What takes the values: NaN where it is not known from here on. */
export interface Taker {
  push(time: number, value: number): void;
}

/** A look this short counts even when something happened meanwhile: the times of packets are no more exact. */
const TOLERANCE_SECONDS = 50e-6;
/** So long after its time a packet may still be on its way to the queue that it changes. */
const ON_ITS_WAY_SECONDS = 100e-6;
/** So many looks are gone through before others may do something. */
const LOOKS_A_STEP = 2048;

interface Stretch {
  from: number;
  to: number;
  readonly value: number;
  readonly look: Look;
  /** How many events came before; -1 for one that stands alone. */
  readonly slot: number;
}

/** Puts the stretches of time in which the value is known into `series`, and gaps between them; in steps. */
export function* fillKnown(series: Taker, circumstances: Circumstances): Generator<void, void> {
  if (circumstances.looks.length === 0) return;
  const stretches = yield* stretchesOf(circumstances);
  const { lastSecond } = circumstances;
  let end = Number.NEGATIVE_INFINITY;
  for (const [index, { from, to, value }] of stretches.entries()) {
    if (index % LOOKS_A_STEP === 0) yield;
    const begin = Math.max(0, from, end);
    const over = Math.min(to, lastSecond);
    if (begin > over) continue;
    if (begin > end && end > Number.NEGATIVE_INFINITY) series.push(end, Number.NaN);
    series.push(begin, value);
    end = over;
  }
  if (end < lastSecond && end > Number.NEGATIVE_INFINITY) series.push(end, Number.NaN);
}

/** What the looks tell, in order of time; those that tell of the same stretch are one. */
function* stretchesOf(circumstances: Circumstances): Generator<void, readonly Stretch[]> {
  const { looks } = circumstances;
  const events = yield* sortedTimes(circumstances.events, circumstances.packets);
  const order = yield* orderInSteps(Float64Array.from(looks, ({ from }) => from));
  const stretches: Stretch[] = [];
  for (const [place, index] of order.entries()) {
    if (place % LOOKS_A_STEP === 0) yield;
    const look = looks[index];
    const next = look === undefined ? null : stretchOf(look, events, circumstances);
    if (look === undefined || next === null) continue;
    const last = stretches.at(-1);
    const isTogether = last !== undefined && last.slot >= 0 && last.slot === next.slot;
    if (isTogether && last.value === next.value) {
      last.to = Math.max(last.to, next.to);
      continue;
    }
    if (isTogether) {
      // It changed without an event that we know: when, nobody saw.
      last.to = last.look.to;
      next.from = look.from;
    }
    stretches.push(next);
  }
  return stretches;
}

/** For how long a look's value is known; null where it says too little. */
function stretchOf(
  look: Look,
  events: Float64Array,
  { packets, moments, isHeld }: Circumstances,
): Stretch | null {
  const { from, to, value } = look;
  const slot = after(events, from);
  const alone = { from, to, value, look, slot: -1 };
  if ((events[slot] ?? Number.POSITIVE_INFINITY) <= to) return to - from <= TOLERANCE_SECONDS ? alone : null;
  if (look.isMoment || !isHeld || isWithin(moments, from))
    return { ...alone, to: Math.min(to, from + TOLERANCE_SECONDS) };
  const packet = packets[after(packets, from) - 1] ?? Number.NEGATIVE_INFINITY;
  const isSettled = from - packet > ON_ITS_WAY_SECONDS;
  return {
    ...{ value, look, slot },
    from: slot === 0 ? Number.NEGATIVE_INFINITY : (events[slot - 1] ?? from),
    to: isSettled ? (events[slot] ?? Number.POSITIVE_INFINITY) : to,
  };
}

/** The first of these times, which are in order, after this one. */
function after(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isWithin(moments: readonly (readonly [number, number])[], time: number): boolean {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle]?.[0] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return (moments[low - 1]?.[1] ?? Number.NEGATIVE_INFINITY) > time;
}
