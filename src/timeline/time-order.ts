/** So many cells are passed over before others may do something: about a millisecond. */
export const CELLS_A_STEP = 65_536;
/** So many calls: each is an object, which takes longer to look at than a cell. */
export const CALLS_A_STEP = 4096;
/** Stretches of this length are sorted by themselves, then merged. */
const RUN = 4096;

/** Runs what is done in steps to its end at once. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Indices of `times` in ascending order of time, in steps; equal times keep their order. Captures are in order, or some
 * microseconds out of it: then only the neighbourhood of what is out of place is moved.
 */
export function* orderInSteps(times: Float64Array): Generator<void, Uint32Array> {
  const order = new Uint32Array(times.length);
  for (let from = 0; from < order.length; from += RUN) {
    const to = Math.min(from + RUN, order.length);
    let sorted = true;
    for (let i = from; i < to; i++) {
      order[i] = i;
      if (i > from && (times[i] ?? 0) < (times[i - 1] ?? 0)) sorted = false;
    }
    if (!sorted) order.subarray(from, to).sort((x, y) => (times[x] ?? 0) - (times[y] ?? 0) || x - y);
    if (!sorted || from % CELLS_A_STEP === 0) yield;
  }
  for (let width = RUN; width < order.length; width *= 2) {
    for (let from = 0; from + width < order.length; from += width * 2)
      yield* merge(order, times, from, from + width, Math.min(from + width * 2, order.length));
  }
  return order;
}

/** Lists of times as one, in ascending order; in steps. */
export function* sortedTimes(...lists: readonly ArrayLike<number>[]): Generator<void, Float64Array> {
  const times = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const list of lists) {
    times.set(list, length);
    length += list.length;
    yield;
  }
  const order = yield* orderInSteps(times);
  const sorted = new Float64Array(length);
  for (let place = 0; place < length; place++) {
    if (place % CELLS_A_STEP === 0) yield;
    sorted[place] = times[order[place] ?? 0] ?? 0;
  }
  return sorted;
}

/** Merges two sorted stretches that stand side by side; only where they overlap anything is moved. */
function* merge(
  order: Uint32Array,
  times: Float64Array,
  from: number,
  middle: number,
  to: number,
): Generator<void, void> {
  const timeAt = (at: number): number => times[order[at] ?? 0] ?? 0;
  if (timeAt(middle - 1) <= timeAt(middle)) return;
  const start = firstAfter(order, times, from, middle, timeAt(middle));
  const left = order.slice(start, middle);
  let next = middle;
  let place = start;
  for (let at = 0; at < left.length; at++) {
    const time = times[left[at] ?? 0] ?? 0;
    while (next < to && timeAt(next) < time) order[place++] = order[next++] ?? 0;
    order[place++] = left[at] ?? 0;
    if (at % CELLS_A_STEP === CELLS_A_STEP - 1) yield;
  }
}

/** The first place of a sorted stretch that is later than `time`. */
function firstAfter(order: Uint32Array, times: Float64Array, from: number, to: number, time: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[order[middle] ?? 0] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
