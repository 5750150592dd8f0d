import { CELLS_A_STEP } from './time-order.ts';

/** The array with one number everywhere, in steps: touching fresh memory costs a page fault every 4 KiB, 50 ms for three million numbers. */
export function* filled<T extends Int32Array | Uint32Array>(array: T, value: number): Generator<void, T> {
  for (let from = 0; from < array.length; from += CELLS_A_STEP) {
    if (from > 0) yield;
    array.fill(value, from, from + CELLS_A_STEP);
  }
  return array;
}

/** So many times -1. */
export function nones(length: number): Generator<void, Int32Array> {
  return filled(new Int32Array(length), -1);
}
