import type { Evidence } from './evidence.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';

/** Whether a window of 0 is the first, and its sender may wait for it: whoever has sent its FIN has nothing more to send. */
function mayStop(cells: Float64Array, flow: number, direction: number): boolean {
  const at = cellsAt(flow);
  return cells[at + direction + FLOW.zeroSince] === 0 && cells[at + 1 - direction + FLOW.fins] === 0;
}

/** A window of 0: the other side, the sender, may have to wait. */
export function startStall(
  cells: Float64Array,
  evidence: Evidence,
  flow: number,
  direction: number,
  row: number,
  now: number,
): void {
  if (!mayStop(cells, flow, direction)) return;
  const mine = cellsAt(flow) + direction;
  const theirs = cellsAt(flow) + 1 - direction;
  settleSynAck(cells, evidence, flow, direction, false);
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
  if (cells[theirs + FLOW.zeroInSynAck] !== 0) {
    settleSynAck(cells, evidence, flow, 1 - sender, false);
    return;
  }
  if (cells[mine + FLOW.probes] === cells[mine + FLOW.probesBefore] && count > 1) {
    cells[theirs + FLOW.zeroCount] = count - 1;
    evidence.takeBack(flow, KIND.zeroWindow, 1 - sender);
  } else cells[theirs + FLOW.zeroTotal] = (cells[theirs + FLOW.zeroTotal] ?? 0) + now - since;
}

/**
 * A SYN+ACK with a window of 0, as of a proxy that has yet to ask its server. It stops only who has something to send: it
 * counts when that shows, by a probe or by data as soon as the window opens.
 */
export function closeInSynAck(
  cells: Float64Array,
  flow: number,
  direction: number,
  row: number,
  now: number,
): void {
  if (!mayStop(cells, flow, direction)) return;
  const mine = cellsAt(flow) + direction;
  cells[mine + FLOW.zeroSince] = now;
  cells[mine + FLOW.zeroInSynAck] = row + 1;
}

/** Whether the window of 0 in the SYN+ACK of this direction, if there was one, kept the other side waiting. */
export function settleSynAck(
  cells: Float64Array,
  evidence: Evidence,
  flow: number,
  direction: number,
  hasStopped: boolean,
): void {
  const mine = cellsAt(flow) + direction;
  const row = (cells[mine + FLOW.zeroInSynAck] ?? 0) - 1;
  if (row < 0) return;
  cells[mine + FLOW.zeroInSynAck] = 0;
  if (hasStopped) {
    cells[mine + FLOW.zeroCount] = (cells[mine + FLOW.zeroCount] ?? 0) + 1;
    evidence.add(flow, KIND.zeroWindow, row, direction);
    return;
  }
  // No other window of 0 has counted yet: its time is all there is.
  cells[mine + FLOW.zeroSince] = 0;
  cells[mine + FLOW.zeroTotal] = 0;
}

/** Data of a side: sent into a window that a SYN+ACK closed, or before the other side says anything to one that opened. */
export function sendAfterSynAck(
  cells: Float64Array,
  evidence: Evidence,
  flow: number,
  sender: number,
  isProbe: boolean,
): void {
  const mine = cellsAt(flow) + sender;
  const theirs = cellsAt(flow) + 1 - sender;
  if (cells[theirs + FLOW.zeroInSynAck] !== 0 && cells[theirs + FLOW.zeroSince] !== 0 && !isProbe)
    settleSynAck(cells, evidence, flow, 1 - sender, false);
  // What comes next may answer this data, and did not wait for the window.
  if (cells[mine + FLOW.zeroInSynAck] === 0 || cells[mine + FLOW.zeroSince] !== 0) return;
  settleSynAck(cells, evidence, flow, sender, false);
  cells[theirs + FLOW.fullLast] = 0;
}
