/** Reads a number of an array whose bounds the caller keeps; outside of them it is 0, as a typed array would store it. */
export function at(numbers: ArrayLike<number>, index: number): number {
  return numbers[index] ?? 0;
}
