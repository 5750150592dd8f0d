import type { Facts } from './facts.ts';

/** So many packets of the connection are looked through on either side of a probe. */
const LOOK_THROUGH = 2000;
/** Linux answers segments outside the window that bring nothing at most once in this time (tcp_invalid_ratelimit). */
const LIMIT_NS = 500e6;
/** Within this time a window update may have left before the answer, or have been it. */
const UNCLEAR_NS = 20e6;

/**
 * Why no packet answers a probe (of a closed window, or a keep-alive): 'limited' where the kernel of the run counted
 * answers that it left out and had given one less than 0.5 s before, 'silent' where none is in the capture. Null where
 * one answers it, and where that cannot be told yet.
 */
export function probeSilence(facts: Facts, row: number): 'limited' | 'silent' | null {
  if ((facts.gone[row] ?? 0) === 1) return null;
  const place = placeOf(facts, row);
  const next = afterProbe(facts, row, place);
  if (next === null) return null;
  if (isLimited(facts, row, place)) return 'limited';
  return next === 'unclear' ? null : 'silent';
}

/** Index of a TCP packet in wire.rows: those of its flow stand there in time order. */
function placeOf({ wire, clock, capture }: Facts, row: number): number {
  const flow = capture.columns.flow[row] ?? 0;
  const ns = clock.packets[row] ?? 0;
  let low = wire.start[flow] ?? 0;
  let high = wire.start[flow + 1] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((clock.packets[wire.rows[middle] ?? 0] ?? 0) < ns) low = middle + 1;
    else high = middle;
  }
  while (wire.rows[low] !== row && low < (wire.start[flow + 1] ?? 0)) low++;
  return low;
}

/** What follows: null for its answer or nothing at all, 'unclear' for what may be the answer, else 'none'. */
function afterProbe(facts: Facts, row: number, place: number): 'none' | 'unclear' | null {
  const { wire, clock, capture, reasons, complete, session } = facts;
  const { columns } = capture;
  const flow = columns.flow[row] ?? 0;
  const end = Math.min(wire.start[flow + 1] ?? 0, place + LOOK_THROUGH);
  // Elsewhere the capture does not stand where the answer is given: an update may be that, however late.
  const isHere = complete && session.calls.length > 0 && session.run?.network.delay == null;
  let found: 'none' | 'unclear' | null = null;
  for (let at = place + 1; at < end; at++) {
    const other = wire.rows[at] ?? 0;
    const kind = reasons.kind(other);
    if (columns.direction[other] === columns.direction[row]) {
      found ??= 'none';
      if (kind === 'zero-window-probe' || kind === 'keep-alive') return found;
      continue;
    }
    if (kind === 'probe-answer' && reasons.packets[other] === row) return null;
    const late = isHere && (clock.packets[other] ?? 0) - (clock.packets[row] ?? 0) > UNCLEAR_NS;
    found ??= late ? 'none' : 'unclear';
  }
  return found;
}

function isLimited(facts: Facts, row: number, place: number): boolean {
  const { wire, clock, capture, reasons, session } = facts;
  if ((session.run?.counters?.TcpExtTCPACKSkippedSeq ?? 0) === 0) return false;
  const { columns } = capture;
  const first = Math.max(wire.start[columns.flow[row] ?? 0] ?? 0, place - LOOK_THROUGH);
  for (let at = place - 1; at >= first; at--) {
    const other = wire.rows[at] ?? 0;
    if ((clock.packets[row] ?? 0) - (clock.packets[other] ?? 0) >= LIMIT_NS) return false;
    if (columns.direction[other] !== columns.direction[row] && reasons.kind(other) === 'probe-answer')
      return true;
  }
  return false;
}
