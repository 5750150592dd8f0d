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
 * A cell: bounds of a segment, in which row it was seen, the next cell of its list, when it was seen (ns), and a mark. All
 * of a cell stands together, so that a segment touches one cache line.
 */
const CELL = { seq: 0, end: 1, row: 2, next: 3, mark: 6, size: 8 } as const;
/** The time, as a place of the 64-bit numbers. */
const CELL_TIME = { at: 2, size: CELL.size / 2 } as const;

// A module's own constants become part of the machine code.
const { seq: SEQ, end: END, row: ROW, next: NEXT, mark: MARK, size: CELL_SIZE } = CELL;
const { at: TIME, size: TIME_SIZE } = CELL_TIME;
const { head: HEAD, tail: TAIL, count: COUNT, mixed: MIXED, size: LIST_SIZE } = LIST;
const MOST = MAX_UNACKED;

/**
 * Segments that were seen and not yet acknowledged: one list a direction, all in one pool of cells, so that a
 * capture of any length makes no objects. A direction is named by its number.
 */
export class UnackedLists {
  private cells = new Int32Array(32 * CELL_SIZE);
  private times = new Float64Array(this.cells.buffer);
  private lists = emptyLists(64);
  private used = 0;
  private free = NONE;

  seqOf(cell: number): number {
    return this.cells[cell * CELL_SIZE + SEQ] ?? 0;
  }

  endOf(cell: number): number {
    return this.cells[cell * CELL_SIZE + END] ?? 0;
  }

  /** -1 of no cell. */
  rowOf(cell: number): number {
    return this.cells[cell * CELL_SIZE + ROW] ?? NONE;
  }

  /** ns. */
  timeOf(cell: number): number {
    return this.times[cell * TIME_SIZE + TIME] ?? 0;
  }

  /** What `setMark` said of a cell; 0 at first. */
  markOf(cell: number): number {
    return this.cells[cell * CELL_SIZE + MARK] ?? 0;
  }

  setMark(cell: number, mark: number): void {
    this.cells[cell * CELL_SIZE + MARK] = mark;
  }

  /** The next cell of the same list, -1 after the last. */
  after(cell: number): number {
    return this.cells[cell * CELL_SIZE + NEXT] ?? NONE;
  }

  /** First cell of a direction's list, -1 when it is empty. */
  first(direction: number): number {
    return this.lists[direction * LIST_SIZE] ?? NONE;
  }

  /** Whether a direction has so many segments that later ones are not remembered. */
  isFull(direction: number): boolean {
    return (this.lists[direction * LIST_SIZE + COUNT] ?? 0) >= MOST;
  }

  /** Whether a direction's list does not run in the order of sequence numbers. */
  isMixed(direction: number): boolean {
    return this.lists[direction * LIST_SIZE + MIXED] !== 0;
  }

  /** Makes room for a direction's list. */
  reserve(direction: number): void {
    const before = this.lists.length / LIST.size;
    if (direction < before) return;
    const lists = emptyLists(Math.max(direction + 1, before * 2));
    lists.set(this.lists);
    this.lists = lists;
  }

  /**
   * Appends a segment, unless there are too many: then -1. When it was seen `setTime` is told, for a number with a
   * fraction would be made an object to be handed over.
   */
  append(direction: number, seq: number, end: number, row: number): number {
    const { lists } = this;
    const list = direction * LIST_SIZE;
    const count = lists[list + COUNT] ?? 0;
    if (count >= MOST) return NONE;
    const cell = this.take();
    const { cells } = this;
    const at = cell * CELL_SIZE;
    cells[at + SEQ] = seq;
    cells[at + END] = end;
    cells[at + ROW] = row;
    cells[at + NEXT] = NONE;
    cells[at + MARK] = 0;
    const tail = lists[list + TAIL] ?? NONE;
    if (tail === NONE) {
      lists[list + HEAD] = cell;
      lists[list + MIXED] = 0;
    } else {
      if (((seq - (cells[tail * CELL_SIZE + END] ?? 0)) | 0) < 0) lists[list + MIXED] = 1;
      cells[tail * CELL_SIZE + NEXT] = cell;
    }
    lists[list + TAIL] = cell;
    lists[list + COUNT] = count + 1;
    return cell;
  }

  /** The segment of a cell was seen at `time`. */
  setTime(cell: number, time: number): void {
    if (cell >= 0) this.times[cell * TIME_SIZE + TIME] = time;
  }

  /**
   * Drops what `ack` covers; a segment that it covers in part begins where it ends. Returns the first cell dropped whose
   * segment ends at `ack`, -1 when there is none; its contents are good until the next `append`.
   */
  acknowledge(direction: number, ack: number): number {
    const { lists, cells } = this;
    const list = direction * LIST_SIZE;
    if (lists[list + MIXED] !== 0) return this.acknowledgeMixed(list, ack);
    const head = lists[list + HEAD] ?? NONE;
    let exact = NONE;
    let last = NONE;
    let dropped = 0;
    let cell = head;
    for (; cell !== NONE; cell = cells[cell * CELL_SIZE + NEXT] ?? NONE) {
      const at = cell * CELL_SIZE;
      const left = ((cells[at + END] ?? 0) - ack) | 0;
      if (left > 0) {
        if (((ack - (cells[at + SEQ] ?? 0)) | 0) > 0) cells[at + SEQ] = ack;
        break;
      }
      if (left === 0 && exact === NONE) exact = cell;
      last = cell;
      dropped++;
    }
    if (last === NONE) return NONE;
    // All that begin the list are free together.
    cells[last * CELL_SIZE + NEXT] = this.free;
    this.free = head;
    lists[list + HEAD] = cell;
    if (cell === NONE) lists[list + TAIL] = NONE;
    lists[list + COUNT] = (lists[list + COUNT] ?? 0) - dropped;
    return exact;
  }

  /** The same where a later cell of the list may be covered too. */
  private acknowledgeMixed(list: number, ack: number): number {
    const { lists, cells } = this;
    let exact = NONE;
    let before = NONE;
    for (let cell = lists[list + HEAD] ?? NONE; cell !== NONE; ) {
      const at = cell * CELL_SIZE;
      const following = cells[at + NEXT] ?? NONE;
      const left = ((cells[at + END] ?? 0) - ack) | 0;
      if (left > 0) {
        if (((ack - (cells[at + SEQ] ?? 0)) | 0) > 0) cells[at + SEQ] = ack;
        before = cell;
      } else {
        if (left === 0 && exact === NONE) exact = cell;
        this.unlink(list, before, cell, following);
      }
      cell = following;
    }
    return exact;
  }

  /**
   * Bytes from the lowest to the highest number that are not acknowledged, both counted from `base` without a sign, as
   * tshark does: what begins before `base` is taken to lie nearly 2³² bytes behind it. Below 0 when they are too many.
   */
  span(direction: number, base: number): number {
    const first = this.first(direction);
    if (first < 0) return 0;
    let low = 0xffff_ffff;
    let high = 0;
    for (let cell = first; cell >= 0; cell = this.after(cell)) {
      low = Math.min(low, (this.seqOf(cell) - base) >>> 0);
      high = Math.max(high, (this.endOf(cell) - base) >>> 0);
    }
    return (high - low) | 0;
  }

  private unlink(list: number, before: number, cell: number, following: number): void {
    const { lists, cells } = this;
    if (before === NONE) lists[list + HEAD] = following;
    else cells[before * CELL_SIZE + NEXT] = following;
    if (following === NONE) lists[list + TAIL] = before;
    lists[list + COUNT] = (lists[list + COUNT] ?? 0) - 1;
    cells[cell * CELL_SIZE + NEXT] = this.free;
    this.free = cell;
  }

  private take(): number {
    const cell = this.free;
    if (cell !== NONE) {
      this.free = this.after(cell);
      return cell;
    }
    if ((this.used + 1) * CELL_SIZE > this.cells.length) {
      this.cells = grown(this.cells, this.cells.length * 2);
      this.times = new Float64Array(this.cells.buffer);
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
