import { cellsAt, FLOW } from './flow-cells.ts';

/** The cells that tell of a reset. */
const RESET_CELLS = [
  ...[FLOW.rst, FLOW.rstAt, FLOW.rstAck, FLOW.gone, FLOW.rstNext, FLOW.rstNext + 1],
  ...[FLOW.rstBytes, FLOW.rstBytes + 1, FLOW.rstClosed, FLOW.rstSeq, FLOW.rstRow, FLOW.rstSeen],
  ...[FLOW.resetSeen, FLOW.spokeRow, FLOW.spokeAt],
];

/** A reset of the side that was not the first to reset, and the rows of those that follow it. */
export interface OtherReset {
  readonly cells: readonly number[];
  readonly rows: number[];
  readonly at: number;
}

/**
 * Resets of the other side, after the first one: somebody on the way may reset both, in the name of each. They wait here
 * until the first one has proved to have no effect.
 */
export class OtherResets {
  private readonly byFlow = new Map<number, OtherReset>();
  private readonly most: number;

  /** Keeps the first `most` rows of each. */
  constructor(most: number) {
    this.most = most;
  }

  /** The reset in `row`; `write` writes its cells where those of the first one stand, which are then as before. */
  take(cells: Float64Array, flow: number, row: number, at: number, write: () => void): void {
    const other = this.byFlow.get(flow);
    if (other !== undefined) {
      if (other.rows.length < this.most) other.rows.push(row);
      return;
    }
    const first = readReset(cells, flow);
    write();
    this.byFlow.set(flow, { cells: readReset(cells, flow), rows: [row], at });
    writeReset(cells, flow, first);
  }

  of(flow: number): OtherReset | null {
    return this.byFlow.get(flow) ?? null;
  }

  forget(flow: number): void {
    this.byFlow.delete(flow);
  }

  /**
   * The first reset of the other side, when it came sooner after that of this side (by `after` ns) than anything of the
   * other end answers what passes here: it did not come of it.
   */
  crossing(cells: Float64Array, flow: number): { readonly row: number; readonly after: number } | null {
    const other = this.byFlow.get(flow);
    const [row] = other?.rows ?? [];
    if (other === undefined || row === undefined) return null;
    const at = cellsAt(flow);
    const after = other.at - (cells[at + FLOW.rstAt] ?? 0);
    const answer = cells[at + FLOW.rttLeast + (cells[at + FLOW.rst] === 1 ? 0 : 1)] ?? 0;
    return after < answer ? { row, after } : null;
  }
}

function readReset(cells: Float64Array, flow: number): number[] {
  return RESET_CELLS.map((cell) => cells[cellsAt(flow) + cell] ?? 0);
}

/** Makes what `saved` holds the reset of a flow. */
export function writeReset(cells: Float64Array, flow: number, saved: readonly number[]): void {
  for (const [index, cell] of RESET_CELLS.entries()) cells[cellsAt(flow) + cell] = saved[index] ?? 0;
}
