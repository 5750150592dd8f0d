import type { Clock } from './clock.ts';

/** Some calls in order of entry, to be asked which of them ran at a given time. */
export class CallIntervals {
  readonly calls: Int32Array;
  private readonly enters: Float64Array;
  private readonly exits: Float64Array;
  /** Latest exit of this call and all before it: bounds the search where calls of several threads overlap. */
  private readonly latestExit: Float64Array;

  constructor(indices: readonly number[], clock: Clock) {
    // Filled in a loop: `from` with a function takes ten times as long.
    this.calls = new Int32Array(indices);
    this.enters = new Float64Array(indices.length);
    this.exits = new Float64Array(indices.length);
    this.latestExit = new Float64Array(indices.length);
    let latest = Number.NEGATIVE_INFINITY;
    for (let place = 0; place < indices.length; place++) {
      const call = indices[place] ?? 0;
      this.enters[place] = clock.enters[call] ?? 0;
      this.exits[place] = clock.exits[call] ?? 0;
      latest = Math.max(latest, this.exits[place] ?? 0);
      this.latestExit[place] = latest;
    }
  }

  /** The call entered last of those that ran at `timeNs`; null when none did. */
  running(timeNs: number): number | null {
    for (
      let place = this.lastEntered(timeNs);
      place >= 0 && (this.latestExit[place] ?? 0) >= timeNs;
      place--
    ) {
      if ((this.exits[place] ?? 0) >= timeNs) return this.calls[place] ?? 0;
    }
    return null;
  }

  /** The call entered last at or before `timeNs`, whether it had returned or not; null when there was none. */
  latest(timeNs: number): number | null {
    const place = this.lastEntered(timeNs);
    return place < 0 ? null : (this.calls[place] ?? 0);
  }

  private lastEntered(timeNs: number): number {
    let low = 0;
    let high = this.enters.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.enters[middle] ?? 0) <= timeNs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
