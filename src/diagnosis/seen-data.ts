import { grown, type UnackedLists } from './unacked.ts';

/**
 * Up to where the bytes of each direction were captured, or are known to be missing, once one of its segments skipped
 * some: so that an acknowledgement tells exactly whether the capture lacks any of the bytes that it newly acknowledges.
 * Numbers are signed 32-bit.
 */
export class SeenData {
  /** 1 for a direction with bytes left out before its highest. */
  open = new Uint8Array(64);
  private front = new Int32Array(64);
  /** Where the last gap ends: from there on everything was captured. */
  private last = new Int32Array(64);

  /** Makes room for so many directions. */
  reserve(directions: number): void {
    if (directions <= this.open.length) return;
    const length = Math.max(directions, this.open.length * 2);
    this.open = grown(this.open, length);
    this.front = grown(this.front, length);
    this.last = grown(this.last, length);
  }

  /** A segment of the direction begins at `seq`, behind `next`, the end of all before it. */
  leftOut(direction: number, next: number, seq: number): void {
    this.last[direction] = seq;
    if (this.open[direction] === 1) return;
    this.open[direction] = 1;
    this.front[direction] = next;
  }

  /** How far the numbers of a direction go: what was captured ends at `next`, but more may have been acknowledged. */
  knownEnd(direction: number, next: number): number {
    const last = this.last[direction] ?? 0;
    return this.open[direction] === 1 && ((last - next) | 0) > 0 ? last : next;
  }

  /** From where on it is not yet known that all was captured; `next` is the highest end of the direction. */
  from(direction: number, next: number): number {
    return this.open[direction] === 1 ? (this.front[direction] ?? 0) : next;
  }

  /** What was acknowledged beyond the highest end of the direction is no part of it. */
  forget(direction: number): void {
    this.open[direction] = 0;
  }

  /** Whether bytes below `ack` that nobody had acknowledged were not captured; `next` is the highest end of the direction. */
  lacks(direction: number, ack: number, next: number, unacked: UnackedLists): boolean {
    if (this.passes(direction, ack, next, unacked)) return false;
    this.advance(direction, ack, next);
    return true;
  }

  /** Takes `ack` in when it lacks nothing, to say so as often as it is asked; else all stays as it is. */
  passes(direction: number, ack: number, next: number, unacked: UnackedLists): boolean {
    const from = this.from(direction, next);
    if (((ack - from) | 0) <= 0) return true;
    // What is not remembered may have been captured.
    const isKnown = !unacked.isFull(direction);
    if (isKnown && ((ack - capturedFrom(unacked, direction, from)) | 0) > 0) return false;
    this.advance(direction, ack, next);
    return true;
  }

  private advance(direction: number, ack: number, next: number): void {
    const isBeyond = ((ack - next) | 0) > 0;
    if (isBeyond) this.last[direction] = ack;
    this.open[direction] = !isBeyond && ((ack - (this.last[direction] ?? 0)) | 0) >= 0 ? 0 : 1;
    this.front[direction] = ack;
  }
}

/** Where the bytes end that were captured from `from` on without a gap. */
function capturedFrom(unacked: UnackedLists, direction: number, from: number): number {
  let behind: number[] | null = null;
  let isInOrder = true;
  let at = from;
  for (let cell = unacked.first(direction); cell >= 0; cell = unacked.after(cell)) {
    if (((unacked.endOf(cell) - at) | 0) <= 0) continue;
    if (((unacked.seqOf(cell) - at) | 0) <= 0) at = unacked.endOf(cell);
    else if (!unacked.isMixed(direction)) return at;
    else if (behind === null) behind = [cell];
    else {
      isInOrder &&= ((unacked.seqOf(cell) - unacked.seqOf(behind[behind.length - 1] ?? cell)) | 0) >= 0;
      behind.push(cell);
    }
  }
  if (behind === null) return at;
  // Those that came before what they follow.
  if (!isInOrder) behind.sort((a, b) => (unacked.seqOf(a) - unacked.seqOf(b)) | 0);
  for (const cell of behind) {
    if (((unacked.seqOf(cell) - at) | 0) > 0) break;
    if (((unacked.endOf(cell) - at) | 0) > 0) at = unacked.endOf(cell);
  }
  return at;
}
