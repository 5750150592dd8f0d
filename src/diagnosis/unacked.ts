const NONE = -1;
/** More than this many segments of a direction are not remembered: a one-sided capture acknowledges none. */
export const MAX_UNACKED = 1000;

/** What a direction's list is, in a row of one array: cells that it begins and ends with, their number, its order. */
const LIST = {
  head: 0,
  tail: 1,
  count: 2,
  /** 1 when it does not run in the order of sequence numbers; else acknowledging can stop at the first that is left. */
  mixed: 3,
  size: 4,
} as const;

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
  private lists = emptyLists(64);
  private used = 0;
  private free = NONE;

  /** First cell of a direction's list, -1 when it is empty. */
  first(direction: number): number {
    return this.lists[direction * LIST.size] ?? NONE;
  }

  /** Whether a direction has so many segments that later ones are not remembered. */
  isFull(direction: number): boolean {
    return (this.lists[direction * LIST.size + LIST.count] ?? 0) >= MAX_UNACKED;
  }

  /** Makes room for a direction's list. */
  reserve(direction: number): void {
    const before = this.lists.length / LIST.size;
    if (direction < before) return;
    const lists = emptyLists(Math.max(direction + 1, before * 2));
    lists.set(this.lists);
    this.lists = lists;
  }

  /** Appends a segment; the caller sets the time of the cell that it gets, which is -1 when there are too many. */
  append(direction: number, seq: number, end: number, row: number): number {
    const { lists } = this;
    const list = direction * LIST.size;
    const count = lists[list + LIST.count] ?? 0;
    if (count >= MAX_UNACKED) return NONE;
    const cell = this.take();
    this.seq[cell] = seq;
    this.end[cell] = end;
    this.row[cell] = row;
    this.next[cell] = NONE;
    const tail = lists[list + LIST.tail] ?? NONE;
    if (tail === NONE) {
      lists[list + LIST.head] = cell;
      lists[list + LIST.mixed] = 0;
    } else {
      if (((seq - (this.end[tail] ?? 0)) | 0) < 0) lists[list + LIST.mixed] = 1;
      this.next[tail] = cell;
    }
    lists[list + LIST.tail] = cell;
    lists[list + LIST.count] = count + 1;
    return cell;
  }

  /**
   * Drops what `ack` covers; a segment that it covers in part begins where it ends. Returns the first cell dropped whose
   * segment ends at `ack`, -1 when there is none; its contents are good until the next `append`.
   */
  acknowledge(direction: number, ack: number): number {
    const { lists } = this;
    const list = direction * LIST.size;
    let exact = NONE;
    let before = NONE;
    for (let cell = lists[list] ?? NONE; cell !== NONE; ) {
      const following = this.next[cell] ?? NONE;
      const left = ((this.end[cell] ?? 0) - ack) | 0;
      if (left > 0) {
        if (((ack - (this.seq[cell] ?? 0)) | 0) > 0) this.seq[cell] = ack;
        if (lists[list + LIST.mixed] === 0) break;
        before = cell;
      } else {
        if (left === 0 && exact === NONE) exact = cell;
        this.unlink(list, before, cell, following);
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

  private unlink(list: number, before: number, cell: number, following: number): void {
    const { lists } = this;
    if (before === NONE) lists[list + LIST.head] = following;
    else this.next[before] = following;
    if (following === NONE) lists[list + LIST.tail] = before;
    lists[list + LIST.count] = (lists[list + LIST.count] ?? 0) - 1;
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

function emptyLists(count: number): Int32Array {
  const lists = new Int32Array(count * LIST.size);
  for (let list = 0; list < lists.length; list += LIST.size) {
    lists[list + LIST.head] = NONE;
    lists[list + LIST.tail] = NONE;
  }
  return lists;
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
