import { CELLS_A_STEP } from './time-order.ts';

/** So many times -1, in steps: memory that nobody has touched yet costs a page fault every 4 KiB, 100 ms for three million. */
export function* nones(length: number): Generator<void, Int32Array> {
  const array = new Int32Array(length);
  for (let from = 0; from < length; from += CELLS_A_STEP) {
    if (from > 0) yield;
    array.fill(-1, from, from + CELLS_A_STEP);
  }
  return array;
}
