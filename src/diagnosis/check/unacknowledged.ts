import type { UnackedLists } from '../unacked.ts';

/** Bytes that nobody acknowledged until the capture ends. */
export interface Unacknowledged {
  /** Bytes, each once; at least so many where `isMore`. */
  readonly bytes: number;
  readonly isMore: boolean;
  /** Of them, what a selective acknowledgement says to have arrived. */
  readonly reported: number;
  /** When the first and the last of them were sent first. */
  readonly from: number;
  readonly to: number;
  /** How many segments sent some of them again, and when the last did. */
  readonly again: number;
  readonly last: number;
  /** Rows that carry them, copies too, in the order of the capture. */
  readonly rows: readonly number[];
}

interface Piece {
  readonly seq: number;
  readonly end: number;
  readonly time: number;
  readonly row: number;
}

/** What is known of a direction besides its list; numbers are signed 32-bit. */
export interface DirectionEnd {
  /** What the other side acknowledged last; null where that is not known. */
  readonly acked: number | null;
  /** Number of the SYN, and of the FIN; null where none was captured. */
  readonly syn: number;
  readonly fin: number | null;
  /** Number of a byte that only probed a closed window. */
  readonly probe: number;
  /** What the last selective acknowledgement reported, left and right edge by turns. */
  readonly edges: readonly number[];
  /** What lies behind this is no part of the stream; null: all is. */
  readonly limit: number | null;
}

/** What is left of a direction's segments when the capture ends; null for most. */
export function unacknowledged(
  unacked: UnackedLists,
  direction: number,
  ending: DirectionEnd,
): Unacknowledged | null {
  if (unacked.first(direction) < 0) return null;
  const pieces = piecesOf(unacked, direction, ending);
  if (pieces.length === 0) return null;
  pieces.sort((a, b) => (a.seq - b.seq) | 0 || a.row - b.row);
  let at = ending.acked ?? pieces[0]?.seq ?? 0;
  let [bytes, reported] = [0, 0];
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  let [again, last] = [0, 0];
  for (const { seq, end, time } of pieces) {
    last = Math.max(last, time);
    const start = ((at - seq) | 0) > 0 ? at : seq;
    if (((end - start) | 0) <= 0) {
      again++;
      continue;
    }
    bytes += (end - start) | 0;
    reported += coveredBy(ending.edges, start, end);
    from = Math.min(from, time);
    to = Math.max(to, time);
    at = end;
  }
  if (bytes === 0) return null;
  const rows = pieces.map(({ row }) => row).sort((a, b) => a - b);
  return { bytes, isMore: unacked.isFull(direction), reported, from, to, again, last, rows };
}

/** The segments, without what is no data: SYN, FIN, probes, and what lies below the acknowledgement. */
function piecesOf(unacked: UnackedLists, direction: number, ending: DirectionEnd): Piece[] {
  const pieces: Piece[] = [];
  for (let cell = unacked.first(direction); cell >= 0; cell = unacked.after(cell)) {
    const begins = unacked.seqOf(cell);
    const ends = unacked.endOf(cell);
    const seq = begins === ending.syn ? (begins + 1) | 0 : begins;
    const end = ending.fin !== null && ends === ((ending.fin + 1) | 0) ? ending.fin : ends;
    const isProbe = seq === ending.probe && ((end - seq) | 0) === 1;
    const isAcked = ending.acked !== null && ((end - ending.acked) | 0) <= 0;
    if (ending.limit !== null && ((end - ending.limit) | 0) > 0) continue;
    if (isProbe || isAcked || ((end - seq) | 0) <= 0) continue;
    pieces.push({ seq, end, time: unacked.timeOf(cell), row: unacked.rowOf(cell) });
  }
  return pieces;
}

function coveredBy(edges: readonly number[], start: number, end: number): number {
  let covered = 0;
  for (let index = 0; index + 1 < edges.length; index += 2) {
    const left = Math.max(((edges[index] ?? 0) - start) | 0, 0);
    const right = Math.min(((edges[index + 1] ?? 0) - start) | 0, (end - start) | 0);
    covered += Math.max(0, right - left);
  }
  return Math.min(covered, (end - start) | 0);
}
