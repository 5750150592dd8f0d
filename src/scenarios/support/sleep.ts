const NEVER = new Int32Array(new SharedArrayBuffer(4));

/** sleep(3) in ms: the whole thread waits, as it does in a blocking call. */
export function sleep(ms: number): void {
  Atomics.wait(NEVER, 0, 0, ms);
}
