import type { Evidence } from './evidence.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';
import { AT_ONCE } from './full-windows.ts';
import { DELAYED_ACK_MAX, DELAYED_ACK_MIN, LEAST_FULL, NAGLE_MOST } from './usual-segments.ts';

/** What was held back behind a full-sized segment, it seems. */
interface Held {
  readonly at: number;
  readonly waited: number;
  /** Packets that the other side had sent by then. */
  readonly heard: number;
}

/**
 * Senders that hold back small data until all is acknowledged (Nagle's rule, RFC 896), of receivers that delay their
 * acknowledgement: data leaves as soon as that comes. Behind a full-sized segment that alone shows little, for whoever fills
 * a window goes on then as well: what was held back is small, and ends what was to be sent.
 */
export class NagleWaits {
  private readonly evidence: Evidence;
  /** By direction, until its next data. */
  private readonly held = new Map<number, Held>();

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  /** An acknowledgement without data, for the side whose cells begin with `theirs`; a late one may be what it waits for. */
  acknowledged(cells: Float64Array, theirs: number, now: number, isNew: boolean): void {
    const sent = cells[theirs + FLOW.dataAt] ?? 0;
    if (sent === 0) return;
    // A window that opens is no acknowledgement, and one after a window of 0 did not wait for a timer.
    if (!isNew || cells[theirs + FLOW.openedFor] !== 0) {
      cells[theirs + FLOW.ackedLate] = 0;
      return;
    }
    // The first acknowledgement may itself be late: the least round trip then hides the delay, and nothing is said.
    const least = cells[theirs + FLOW.rttLeast] ?? 0;
    const waited = now - sent;
    const isLate = waited >= DELAYED_ACK_MIN + least && waited <= DELAYED_ACK_MAX;
    cells[theirs + FLOW.ackedLate] = isLate ? now : 0;
  }

  /** Data of `len` bytes in `row`, before the cells take it; `isNext`: nothing is to be said of its number. */
  data(
    cells: Float64Array,
    flow: number,
    direction: number,
    len: number,
    now: number,
    isNext: boolean,
    row: number,
  ): void {
    const mine = cellsAt(flow) + direction;
    const late = cells[mine + FLOW.ackedLate] ?? 0;
    if (late === 0) return;
    cells[mine + FLOW.ackedLate] = 0;
    const heard = cells[cellsAt(flow) + FLOW.packets + 1 - direction] ?? 0;
    const held = this.held.get(flow * 2 + direction);
    this.held.delete(flow * 2 + direction);
    if (now - late > AT_ONCE) return;
    if (held?.at === late) {
      if (held.heard === heard) this.takeBack(cells, flow, direction, held);
      return;
    }
    const before = cells[mine + FLOW.dataLen] ?? 0;
    const isBehindFull = before >= NAGLE_MOST;
    if (!isNext || (isBehindFull && (len >= LEAST_FULL || len >= before))) return;
    const waited = late - (cells[mine + FLOW.dataAt] ?? 0);
    cells[mine + FLOW.nagle] = (cells[mine + FLOW.nagle] ?? 0) + 1;
    cells[mine + FLOW.nagleWaited] = (cells[mine + FLOW.nagleWaited] ?? 0) + waited;
    this.evidence.add(flow, KIND.nagle, row, direction);
    if (!isBehindFull) return;
    this.held.set(flow * 2 + direction, { at: now, waited, heard });
    cells[mine + FLOW.ackedLate] = now;
  }

  /** More follows at once though the other side has not spoken: the sender had waited for room, or for its program. */
  private takeBack(cells: Float64Array, flow: number, direction: number, { waited }: Held): void {
    const mine = cellsAt(flow) + direction;
    cells[mine + FLOW.nagle] = (cells[mine + FLOW.nagle] ?? 0) - 1;
    cells[mine + FLOW.nagleWaited] = (cells[mine + FLOW.nagleWaited] ?? 0) - waited;
    this.evidence.takeBack(flow, KIND.nagle, direction);
  }
}
