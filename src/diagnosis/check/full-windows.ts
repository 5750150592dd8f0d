import type { Evidence } from './evidence.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';
import { settleSynAck } from './zero-window.ts';

/** How soon a sender goes on that only waited for the acknowledgement. */
export const AT_ONCE = 3e6;

/** Senders that filled the window of their receiver, and whether they waited for it: only who goes on at once did. */
export class FullWindows {
  private readonly evidence: Evidence;
  /** Rows that filled a window, by the cell that says since when, or how long at the last time. */
  private readonly rows = new Map<number, number>();

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  /** The segment in `row` fills the window; `mine` is the first cell of its direction. */
  fill(cells: Float64Array, mine: number, row: number, now: number): void {
    const since = mine + FLOW.fullSince;
    if (cells[since] !== 0) return;
    cells[since] = now;
    this.rows.set(since, row);
  }

  /** The receiver speaks: the sender that had filled its window may go on, unless the window is 0 now. */
  answered(cells: Float64Array, sender: number, now: number, window: number): void {
    const since = sender + FLOW.fullSince;
    cells[sender + FLOW.fullLast] = now - (cells[since] ?? 0);
    cells[since] = 0;
    this.rows.set(sender + FLOW.fullLast, this.rows.get(since) ?? 0);
    if (window !== 0) cells[sender + FLOW.openedFor] = now;
  }

  /** Data right after a window opened, at `opened`: the sender had waited for it. */
  wentOn(cells: Float64Array, flow: number, direction: number, opened: number, now: number): void {
    const at = cellsAt(flow);
    const mine = at + direction;
    const full = cells[mine + FLOW.fullLast] ?? 0;
    cells[mine + FLOW.openedFor] = 0;
    cells[mine + FLOW.fullLast] = 0;
    const roundTrip = (cells[at + FLOW.rttLeast] ?? 0) + (cells[at + FLOW.rttLeast + 1] ?? 0);
    const hasWaited = now - opened <= AT_ONCE + roundTrip;
    settleSynAck(cells, this.evidence, flow, 1 - direction, hasWaited && full < 0);
    if (!hasWaited) return;
    if (full < 0) cells[mine + FLOW.stalled] = (cells[mine + FLOW.stalled] ?? 0) + 1;
    if (full <= 0) return;
    cells[mine + FLOW.fullTotal] = (cells[mine + FLOW.fullTotal] ?? 0) + full;
    cells[mine + FLOW.fullCount] = (cells[mine + FLOW.fullCount] ?? 0) + 1;
    this.evidence.add(flow, KIND.windowFull, this.rows.get(mine + FLOW.fullLast) ?? 0, direction);
  }
}
