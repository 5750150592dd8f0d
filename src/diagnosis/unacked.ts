import { seqDistance } from '../../capture/seq.ts';

const NONE = -1;
/** More than this many segments of a direction are not remembered: a one-sided capture acknowledges none. */
export const MAX_UNACKED = 1000;

/**
 * Segments that were seen and not yet acknowledged: one list a direction, all in one pool of cells, so that a
 * capture of any length makes no objects. A direction is named by its number.
 */
export class UnackedLists {
  /** Cells, parallel: bounds of the segment, when (ns) and in which row it was seen, the next cell of its list. */
  seq = new Int32Array(256);
  end = new Int32Array(256);
  time = new Float64Array(256);
  row = new Int32Array(256);
  next = new Int32Array(256);
  private head = new Int32Array(64).fill(NONE);
  private tail = new Int32Array(64).fill(NONE);
  private count = new Int32Array(64);
  /** Directions whose list runs in the order of sequence numbers: acknowledging can stop at the first that is left. */
  private sorted = new Uint8Array(64).fill(1);
  private used = 0;
  private free = NONE;

  /** First cell of a direction's list, -1 when it is empty. */
  first(direction: number): number {
    return this.head[direction] ?? NONE;
  }

  /** Makes room for a direction's list. */
  reserve(direction: number): void {
    if (direction < this.head.length) return;
    const length = Math.max(direction + 1, this.head.length * 2);
    const from = this.head.length;
    this.head = grown(this.head, length).fill(NONE, from);
    this.tail = grown(this.tail, length).fill(NONE, from);
    this.count = grown(this.count, length);
    this.sorted = grown(this.sorted, length).fill(1, from);
  }

  append(direction: number, seq: number, end: number, time: number, row: number): void {
    if ((this.count[direction] ?? 0) >= MAX_UNACKED) return;
    const cell = this.take();
    this.seq[cell] = seq;
    this.end[cell] = end;
    this.time[cell] = time;
    this.row[cell] = row;
    this.next[cell] = NONE;
    const tail = this.tail[direction] ?? NONE;
    if (tail === NONE) {
      this.head[direction] = cell;
      this.sorted[direction] = 1;
    } else {
      if (seqDistance(this.end[tail] ?? 0, seq) < 0) this.sorted[direction] = 0;
      this.next[tail] = cell;
    }
    this.tail[direction] = cell;
    this.count[direction] = (this.count[direction] ?? 0) + 1;
  }

  /**
   * Drops what `ack` covers; a segment that it covers in part begins where it ends. Returns the first cell dropped whose
   * segment ends at `ack`, -1 when there is none; its contents are good until the next `append`.
   */
  acknowledge(direction: number, ack: number): number {
    let exact = NONE;
    let before = NONE;
    for (let cell = this.head[direction] ?? NONE; cell !== NONE; ) {
      const following = this.next[cell] ?? NONE;
      const left = ((this.end[cell] ?? 0) - ack) | 0;
      if (left > 0) {
        if (((ack - (this.seq[cell] ?? 0)) | 0) > 0) this.seq[cell] = ack;
        if (this.sorted[direction] === 1) break;
        before = cell;
      } else {
        if (left === 0 && exact === NONE) exact = cell;
        this.unlink(direction, before, cell, following);
      }
      cell = following;
    }
    return exact;
  }

  /** Bytes from the lowest to the highest number that are not acknowledged. */
  span(direction: number): number {
    const first = this.first(direction);
    if (first < 0) return 0;
    let low = this.seq[first] ?? 0;
    let high = this.end[first] ?? 0;
    for (let cell = first; cell >= 0; cell = this.next[cell] ?? NONE) {
      if ((((this.seq[cell] ?? 0) - low) | 0) < 0) low = this.seq[cell] ?? 0;
      if ((((this.end[cell] ?? 0) - high) | 0) > 0) high = this.end[cell] ?? 0;
    }
    return (high - low) | 0;
  }

  private unlink(direction: number, before: number, cell: number, following: number): void {
    if (before === NONE) this.head[direction] = following;
    else this.next[before] = following;
    if (following === NONE) this.tail[direction] = before;
    this.count[direction] = (this.count[direction] ?? 0) - 1;
    this.next[cell] = this.free;
    this.free = cell;
  }

  private take(): number {
    const cell = this.free;
    if (cell !== NONE) {
      this.free = this.next[cell] ?? NONE;
      return cell;
    }
    if (this.used === this.seq.length) {
      const length = this.used * 2;
      this.seq = grown(this.seq, length);
      this.end = grown(this.end, length);
      this.time = grown(this.time, length);
      this.row = grown(this.row, length);
      this.next = grown(this.next, length);
    }
    return this.used++;
  }
}

/** A copy of a typed array that is longer, zeros at its end. */
export function grown<T extends Int32Array | Float64Array | Uint8Array | Uint32Array | Uint16Array>(
  from: T,
  length: number,
): T {
  const to = new (from.constructor as new (length: number) => T)(length);
  to.set(from);
  return to;
}
