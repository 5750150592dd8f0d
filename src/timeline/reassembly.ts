/** Bytes of one direction as they first arrived: piece i brought [from, to) in packet `row`. In order of arrival. */
export interface Pieces {
  readonly row: number[];
  readonly from: number[];
  readonly to: number[];
}

/**
 * What a receiver has: everything below `next`, and islands beyond it. Islands are few, so a sorted array serves.
 * `Infinity` never occurs: offsets are those of captured bytes.
 */
export class Arrivals {
  next = 0;
  /** Left and right edges by turns, ascending, all beyond `next`. */
  private islands: number[] = [];

  /** Whether bytes beyond a hole have arrived. */
  get hasHole(): boolean {
    return this.islands.length > 0;
  }

  /** End of the hole at `next`: where the first island begins; `next` when there is no hole. */
  get holeEnd(): number {
    return this.islands[0] ?? this.next;
  }

  /** Highest end that has arrived. */
  get highest(): number {
    return this.islands.at(-1) ?? this.next;
  }

  /** Takes [from, to) in; calls `fresh` for each part that had not arrived before. Returns how many bytes were new. */
  take(from: number, to: number, fresh?: (from: number, to: number) => void): number {
    let start = Math.max(from, this.next);
    if (start >= to) return 0;
    if (this.islands.length === 0 && start === this.next) {
      this.next = to;
      fresh?.(start, to);
      return to - start;
    }
    let taken = 0;
    for (let index = 0; index < this.islands.length && start < to; index += 2) {
      const left = this.islands[index] ?? 0;
      const right = this.islands[index + 1] ?? 0;
      if (right <= start) continue;
      const end = Math.min(to, left);
      if (start < end) {
        fresh?.(start, end);
        taken += end - start;
      }
      start = Math.max(start, right);
    }
    if (start < to) {
      fresh?.(start, to);
      taken += to - start;
    }
    this.merge(Math.max(from, this.next), to);
    return taken;
  }

  /** Whether all of [from, to) has arrived. */
  has(from: number, to: number): boolean {
    if (to <= this.next) return true;
    if (from < this.next) return false;
    for (let index = 0; index < this.islands.length; index += 2) {
      if ((this.islands[index] ?? 0) <= from && (this.islands[index + 1] ?? 0) >= to) return true;
    }
    return false;
  }

  /** Says that everything below `offset` is there, whether it was captured or not. */
  skipTo(offset: number): void {
    if (offset > this.next) this.merge(this.next, offset);
  }

  private merge(from: number, to: number): void {
    const merged: number[] = [];
    let left = from;
    let right = to;
    for (let index = 0; index < this.islands.length; index += 2) {
      const a = this.islands[index] ?? 0;
      const b = this.islands[index + 1] ?? 0;
      if (b < left || a > right) {
        merged.push(a, b);
        continue;
      }
      left = Math.min(left, a);
      right = Math.max(right, b);
    }
    let place = 0;
    while (place < merged.length && (merged[place] ?? 0) < left) place += 2;
    merged.splice(place, 0, left, right);
    if ((merged[0] ?? 0) <= this.next) {
      this.next = Math.max(this.next, merged[1] ?? 0);
      merged.splice(0, 2);
    }
    this.islands = merged;
  }
}
