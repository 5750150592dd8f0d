import type { Evidence } from './evidence.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';

/** A window of 0: the other side, the sender, may have to wait. Whoever has sent its FIN has nothing more to send. */
export function startStall(
  cells: Float64Array,
  evidence: Evidence,
  flow: number,
  direction: number,
  row: number,
  now: number,
): void {
  const mine = cellsAt(flow) + direction;
  const theirs = cellsAt(flow) + 1 - direction;
  if (cells[mine + FLOW.zeroSince] !== 0 || cells[theirs + FLOW.fins] !== 0) return;
  cells[mine + FLOW.zeroSince] = now;
  cells[mine + FLOW.zeroCount] = (cells[mine + FLOW.zeroCount] ?? 0) + 1;
  cells[theirs + FLOW.probesBefore] = cells[theirs + FLOW.probes] ?? 0;
  evidence.add(flow, KIND.zeroWindow, row, direction);
}

/**
 * The sender ends with a FIN while the window of its receiver is 0: nothing is left to wait for it. Where it had not
 * probed, this time it had not stopped anybody; one such time alone is still told.
 */
export function endStall(
  cells: Float64Array,
  evidence: Evidence,
  flow: number,
  sender: number,
  now: number,
): void {
  const mine = cellsAt(flow) + sender;
  const theirs = cellsAt(flow) + 1 - sender;
  const since = cells[theirs + FLOW.zeroSince] ?? 0;
  const count = cells[theirs + FLOW.zeroCount] ?? 0;
  cells[theirs + FLOW.zeroSince] = 0;
  if (cells[mine + FLOW.probes] === cells[mine + FLOW.probesBefore] && count > 1) {
    cells[theirs + FLOW.zeroCount] = count - 1;
    evidence.takeBack(flow, KIND.zeroWindow, 1 - sender);
  } else cells[theirs + FLOW.zeroTotal] = (cells[theirs + FLOW.zeroTotal] ?? 0) + now - since;
}
