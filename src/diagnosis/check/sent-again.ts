import type { UnackedLists } from '../unacked.ts';

/** The bit of a mark that says that a segment was sent before; reasons are the bits above it. */
const COPY = 1;

/**
 * How many segments that were sent before `row` sends again, of those that were not yet sent again for the same reason,
 * which is a bit of `reason`. One packet may carry several of them, and one of them may come again in pieces, each of which
 * counts. The segment of `row` is in the list already; the lists' marks keep what was sent again, and for which reasons.
 */
export function segmentsAgain(
  unacked: UnackedLists,
  direction: number,
  { seq, end }: { readonly seq: number; readonly end: number },
  row: number,
  reason: number,
): number {
  let firsts: number[] = [];
  let hasFirst = false;
  for (let cell = unacked.first(direction); cell >= 0; cell = unacked.after(cell)) {
    const [from, to] = [unacked.seqOf(cell), unacked.endOf(cell)];
    if (((from - end) | 0) >= 0 || ((to - seq) | 0) <= 0) continue;
    const mark = unacked.markOf(cell);
    if (unacked.rowOf(cell) === row) {
      // Without a first copy it stands for one: what repeats it is the same segment once more.
      unacked.setMark(cell, hasFirst ? COPY | reason : reason);
      continue;
    }
    if ((mark & COPY) === 0) {
      hasFirst = true;
      if ((mark & reason) === 0) firsts.push(cell);
    } else if ((mark & reason) !== 0) firsts = firsts.filter((first) => !shares(unacked, first, from, to));
  }
  return hasFirst ? firsts.length : 1;
}

/** What was sent again for one reason was sent for another: it counts there. */
export function changeReason(
  unacked: UnackedLists,
  direction: number,
  row: number,
  from: number,
  to: number,
): void {
  for (let cell = unacked.first(direction); cell >= 0; cell = unacked.after(cell))
    if (unacked.rowOf(cell) === row) unacked.setMark(cell, (unacked.markOf(cell) & ~from) | to);
}

/** Whether a segment has bytes between two numbers. */
function shares(unacked: UnackedLists, cell: number, from: number, to: number): boolean {
  return ((unacked.seqOf(cell) - to) | 0) < 0 && ((unacked.endOf(cell) - from) | 0) > 0;
}
