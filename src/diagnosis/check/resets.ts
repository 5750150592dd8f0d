import { ACK, type Columns, FIN, RST, SYN } from '../../../capture/columns.ts';
import { FLAG } from '../flags.ts';
import { STATE } from '../strict-conditions.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import type { Copies } from './copies-seen.ts';
import type { Evidence } from './evidence.ts';
import { cellsAt, FLOW, flowAt, KIND } from './flow-cells.ts';
import { type OtherReset, OtherResets, writeReset } from './other-resets.ts';
import type { OwnNumbers } from './own-numbers.ts';

/** Why a reset had no effect: places in FLOW.ignoredWhy. 'old' ended what the other end still held of an older connection. */
export const WITHOUT_EFFECT = ['unknown', 'damaged', 'outside', 'challenged', 'old'] as const;

/** Packets overtake each other by less; and a round trip that was not measured takes no longer. */
const OVERTAKEN_NS = 3e6;
const ROUND_TRIP_NS = 300e6;

/** What was seen since a reset. */
const AFTER_RESET = {
  /** Its number lay outside the window of who got it. */
  outside: 1,
  /** It stood ahead of what its sender had sent: what follows may have been overtaken by it. */
  ahead: 2,
  /** Who got it answered with an acknowledgement of nothing new (RFC 5961 §3.2). */
  challenged: 4,
  /** Who got it spoke, and then who sent it. */
  heard: 8,
  wentOn: 16,
} as const;

/** Resets, and whether the conversation ended with them: whoever was reset acknowledges nothing more, and sends nothing new. */
export class Resets {
  private readonly evidence: Evidence;
  private readonly own: OwnNumbers;
  private readonly copies: Copies;
  /** Rows of the resets after the first one, by flow. */
  private readonly more = new Map<number, number[]>();
  readonly others: OtherResets;
  /** Packets of B, all of them resets that refused tries of A before its latest one, by flow. */
  readonly refusals = new Map<number, number>();

  constructor(evidence: Evidence, own: OwnNumbers, copies: Copies) {
    this.evidence = evidence;
    this.own = own;
    this.copies = copies;
    this.others = new OtherResets(evidence.most);
  }

  /** A reset of this direction of a flow. */
  take(
    cells: Float64Array,
    flow: number,
    direction: number,
    flags: number,
    row: number,
    ack: number,
    analysis: StrictAnalysis,
  ): void {
    const at = cellsAt(flow);
    const isAhead = analysis.ahead > 0;
    const hasText = analysis.end !== analysis.seq;
    const furthest = analysis.state[(flow * 2 + direction) * STATE.size + STATE.next];
    if (isAhead) this.own.begin(flow * 2 + direction, (analysis.seq - analysis.ahead) | 0);
    else if (hasText && furthest === analysis.end) this.own.begin(flow * 2 + direction, analysis.seq);
    if (cells[at + FLOW.rst] === direction + 1) {
      this.another(flow, row);
      return;
    }
    if (cells[at + FLOW.rst] !== 0) {
      this.others.take(cells, flow, row, analysis.now, () =>
        this.write(cells, flow, direction, flags, row, ack, analysis),
      );
      return;
    }
    this.write(cells, flow, direction, flags, row, ack, analysis);
    this.evidence.add(flow, KIND.reset, row);
    if (this.refusals.has(flow) && direction === 1 && cells[at + FLOW.synAck] === 0)
      this.evidence.add(flow, KIND.refused, row);
    if (!this.endsOlder(cells, flow, direction, analysis)) return;
    this.evidence.add(
      flow,
      KIND.unanswered,
      analysis.state[(flow * 2 + 1 - direction) * STATE.size + STATE.nonDup] ?? row,
    );
    this.beginAnew(cells, flow);
  }

  /** Writes the cells of a reset. */
  private write(
    cells: Float64Array,
    flow: number,
    direction: number,
    flags: number,
    row: number,
    ack: number,
    analysis: StrictAnalysis,
  ): void {
    const at = cellsAt(flow);
    const isAhead = analysis.ahead > 0;
    cells[at + FLOW.rst] = direction + 1;
    cells[at + FLOW.rstAt] = analysis.now;
    cells[at + FLOW.rstAck] = (flags & ACK) === 0 ? Number.NaN : ack | 0;
    const isSilent = cells[at + FLOW.keepAliveAt + direction] === cells[at + FLOW.packets + 1 - direction];
    cells[at + FLOW.gone] = isSilent ? (cells[at + FLOW.keepAliveRun + direction] ?? 0) : 0;
    for (const side of [0, 1]) {
      cells[at + FLOW.rstNext + side] = this.nextOf(flow * 2 + side, analysis);
      cells[at + FLOW.rstBytes + side] = bytesUntil(cells, at + side);
    }
    // What a reset carries is no data: RFC 9293 §3.5.3 lets it hold a text that says why.
    if (analysis.end !== analysis.seq && !isAhead) cells[at + FLOW.rstNext + direction] = analysis.seq;
    cells[at + FLOW.rstClosed] = cells[at + FLOW.fin] === 0 ? 0 : 1;
    cells[at + FLOW.rstSeq] = analysis.seq;
    cells[at + FLOW.rstRow] = row;
    cells[at + FLOW.rstSeen] =
      (isOutside(flow * 2 + direction, analysis) ? AFTER_RESET.outside : 0) |
      (isAhead ? AFTER_RESET.ahead : 0);
    cells[at + FLOW.resetSeen] = 1;
    cells[at + FLOW.spokeRow] = 0;
  }

  /** A segment after a reset, which is none itself: it may prove that the reset had no effect. */
  after(
    cells: Float64Array,
    columns: Columns,
    row: number,
    rowBase: number,
    found: number,
    analysis: StrictAnalysis,
  ): void {
    const flow = columns.flow[row] ?? 0;
    const direction = columns.direction[row] ?? 0;
    const flags = columns.flags[row] ?? 0;
    const at = cellsAt(flow);
    if ((flags & (ACK | SYN | RST)) !== ACK) return;
    const ack = (columns.ack[row] ?? 0) | 0;
    const peer = 1 - direction;
    if (this.acknowledgesMore(cells, flow, peer, ack, analysis)) {
      const other = this.others.of(flow);
      this.ignore(cells, flow, this.whyOf(cells, at, row + rowBase, analysis));
      if (other === null) return;
      this.goOnWith(other, cells, flow);
      this.after(cells, columns, row, rowBase, found, analysis);
      return;
    }
    const isSender = cells[at + FLOW.rst] === direction + 1;
    const carries = (columns.payloadLen[row] ?? 0) > 0 || (flags & FIN) !== 0;
    let seen = cells[at + FLOW.rstSeen] ?? 0;
    if (!isSender && (seen & AFTER_RESET.heard) === 0)
      seen |= AFTER_RESET.heard | ((found & FLAG.duplicateAck) === 0 ? 0 : AFTER_RESET.challenged);
    else if (isSender && (seen & AFTER_RESET.heard) !== 0 && carries) seen |= AFTER_RESET.wentOn;
    cells[at + FLOW.rstSeen] = seen;
    if (isSender) noteSpeaking(cells, at, row + rowBase, analysis.now);
  }

  /**
   * A SYN after a reset. Who was refused may try again with the same number (as Windows does); and whoever sent that reset
   * to answer for a connection that it does not have (RFC 9293 §3.5.1) asks again for the new one.
   */
  reopens(cells: Float64Array, flow: number, direction: number): boolean {
    if (direction === 0 && this.isRefusal(cells, flow)) {
      this.forgetRefused(cells, flow);
      return true;
    }
    if (!this.mayBeOlder(cells, flow, direction)) return false;
    this.beginAnew(cells, flow);
    return true;
  }

  /**
   * A SYN+ACK after a reset in the same name. While its SYN is unanswered an end takes resets only that acknowledge that SYN
   * (RFC 9293 §3.10.7.3): others had no effect.
   */
  answers(cells: Float64Array, flow: number, direction: number, analysis: StrictAnalysis): boolean {
    const at = cellsAt(flow);
    const next = analysis.numbersOf(flow * 2 + 1 - direction).next;
    if (cells[at + FLOW.rst] !== direction + 1 || cells[at + FLOW.synAck] !== 0 || next === 0) return false;
    if (cells[at + FLOW.rstAck] === next) return false;
    this.ignore(cells, flow, WITHOUT_EFFECT.indexOf('outside'));
    this.own.begin(flow * 2 + direction, analysis.end);
    cells[at + FLOW.low + direction] = analysis.end;
    return true;
  }

  /** Whether the first reset of this direction answers for an older connection, by what its number is. */
  private endsOlder(cells: Float64Array, flow: number, direction: number, analysis: StrictAnalysis): boolean {
    const at = cellsAt(flow);
    const before = (cells[at + FLOW.syns] ?? 0) + (cells[at + FLOW.ignored + direction] ?? 0);
    const isAfterSyns = cells[at + FLOW.packets + direction] === before + 1;
    return analysis.isOlder && isAfterSyns && this.mayBeOlder(cells, flow, direction);
  }

  /** Whether this direction reset what the other answered, and nothing was open or sent. */
  private mayBeOlder(cells: Float64Array, flow: number, direction: number): boolean {
    const at = cellsAt(flow);
    if (cells[at + FLOW.rst] !== direction + 1 || cells[at + FLOW.synAck] !== 0) return false;
    if (cells[at + FLOW.packets + 1 - direction] === 0) return false;
    return cells[at + FLOW.bytes] === 0 && cells[at + FLOW.bytes + 1] === 0;
  }

  /** The reset ended an older connection: what was sent so far is none of the new one. */
  private beginAnew(cells: Float64Array, flow: number): void {
    const rows = [cells[cellsAt(flow) + FLOW.rstRow] ?? 0, ...(this.more.get(flow) ?? [])];
    for (const row of rows) this.evidence.add(flow, KIND.unanswered, row);
    this.ignore(cells, flow, WITHOUT_EFFECT.indexOf('old'));
    cells[cellsAt(flow) + FLOW.anew] = 1;
  }

  /** Whether all that B ever did was to refuse A. */
  private isRefusal(cells: Float64Array, flow: number): boolean {
    const at = cellsAt(flow);
    if (cells[at + FLOW.rst] !== 2 || cells[at + FLOW.syn] === 0 || cells[at + FLOW.synAck] !== 0)
      return false;
    if (cells[at + FLOW.bytes] !== 0 || cells[at + FLOW.bytes + 1] !== 0) return false;
    const answers = (cells[at + FLOW.packets + 1] ?? 0) - (this.refusals.get(flow) ?? 0);
    return answers <= (cells[at + FLOW.syns] ?? 0);
  }

  /** The next try is another connection: of the one before stays that it was refused. */
  private forgetRefused(cells: Float64Array, flow: number): void {
    const at = cellsAt(flow);
    const rows = [cells[at + FLOW.rstRow] ?? 0, ...(this.more.get(flow) ?? [])];
    if (!this.refusals.has(flow)) for (const row of rows) this.evidence.add(flow, KIND.refused, row);
    this.refusals.set(flow, cells[at + FLOW.packets + 1] ?? 0);
    this.forget(cells, flow);
    this.evidence.forget(flow, KIND.unanswered);
    for (const cell of [FLOW.syn, FLOW.syns, FLOW.lastSyn]) cells[at + cell] = 0;
  }

  private another(flow: number, row: number): void {
    const rows = this.more.get(flow);
    if (rows === undefined) this.more.set(flow, [row]);
    else if (rows.length < this.evidence.most) rows.push(row);
  }

  private nextOf(direction: number, { state }: StrictAnalysis): number {
    return this.own.next(direction) ?? state[direction * STATE.size + STATE.next] ?? 0;
  }

  /** Whether data or a FIN that a side sent after the reset is acknowledged. */
  private acknowledgesMore(
    cells: Float64Array,
    flow: number,
    side: number,
    ack: number,
    analysis: StrictAnalysis,
  ): boolean {
    const at = cellsAt(flow);
    const before = cells[at + FLOW.rstNext + side] ?? 0;
    if (before === 0 || ((ack - before) | 0) <= 0) return false;
    // What the capture lacks may have been sent before the reset.
    if (((ack - this.nextOf(flow * 2 + side, analysis)) | 0) > 0) return false;
    if (cells[at + FLOW.rst] !== side + 1) return true;
    const seen = cells[at + FLOW.rstSeen] ?? 0;
    if ((seen & AFTER_RESET.ahead) === 0 || (seen & AFTER_RESET.wentOn) !== 0) return true;
    return ((ack - (cells[at + FLOW.rstSeq] ?? 0)) | 0) > 0;
  }

  private whyOf(cells: Float64Array, at: number, row: number, analysis: StrictAnalysis): number {
    const direction = flowAt(at) * 2 + (cells[at + FLOW.rst] ?? 0) - 1;
    const seen = cells[at + FLOW.rstSeen] ?? 0;
    const isDamaged = this.copies.isOnlyDamaged(cells[at + FLOW.rstRow] ?? 0, direction, row, analysis);
    const why = isDamaged
      ? 'damaged'
      : (seen & AFTER_RESET.outside) !== 0
        ? 'outside'
        : (seen & AFTER_RESET.challenged) !== 0
          ? 'challenged'
          : 'unknown';
    return WITHOUT_EFFECT.indexOf(why);
  }

  private ignore(cells: Float64Array, flow: number, why: number): void {
    const at = cellsAt(flow);
    const side = (cells[at + FLOW.rst] ?? 1) - 1;
    const rows = [cells[at + FLOW.rstRow] ?? 0, ...(this.more.get(flow) ?? [])];
    for (const row of rows) this.evidence.add(flow, KIND.ignored, row, side);
    cells[at + FLOW.ignored + side] = (cells[at + FLOW.ignored + side] ?? 0) + rows.length;
    cells[at + FLOW.ignoredWhy + side] = why;
    this.forget(cells, flow);
  }

  /** The first reset had no effect: those of the other side count from now on. */
  private goOnWith({ rows, cells: saved }: OtherReset, cells: Float64Array, flow: number): void {
    writeReset(cells, flow, saved);
    const [, ...more] = rows;
    if (more.length > 0) this.more.set(flow, more);
    for (const row of rows) this.evidence.add(flow, KIND.reset, row);
  }

  private forget(cells: Float64Array, flow: number): void {
    const at = cellsAt(flow);
    this.evidence.forget(flow, KIND.reset);
    this.more.delete(flow);
    this.others.forget(flow);
    for (const cell of [FLOW.rst, FLOW.rstAt, FLOW.rstAck, FLOW.gone, FLOW.resetSeen, FLOW.spokeRow])
      cells[at + cell] = 0;
  }
}

/** Payload of a side, each byte once, when the reset came; a byte that only probed a closed window was not taken. */
function bytesUntil(cells: Float64Array, mine: number): number {
  const added = cells[mine + FLOW.bytes] ?? 0;
  const next = cells[mine + FLOW.rstNext] ?? 0;
  if (next === 0) return added;
  const fins = (cells[mine + FLOW.fins] ?? 0) === 0 ? 0 : 1;
  const byNumbers = (next - fins - (cells[mine + FLOW.low] ?? 0)) >>> 0;
  return Math.min(added, byNumbers + Math.round((added - byNumbers) / 2 ** 32) * 2 ** 32);
}

/**
 * Whoever has reset a connection knows nothing of it any more (RFC 9293 §3.10.7.1), and sends resets at most. What comes a
 * round trip after the reset cannot have been overtaken by it.
 */
function noteSpeaking(cells: Float64Array, at: number, row: number, now: number): void {
  if (cells[at + FLOW.spokeRow] !== 0) return;
  const [near = 0, far = 0] = [cells[at + FLOW.rttLeast], cells[at + FLOW.rttLeast + 1]];
  const around = near > 0 && far > 0 ? Math.max(near + far, OVERTAKEN_NS) : ROUND_TRIP_NS;
  if (now - (cells[at + FLOW.rstAt] ?? 0) < around) return;
  cells[at + FLOW.spokeRow] = row + 1;
  cells[at + FLOW.spokeAt] = now;
}

/** Whether the segment at hand lies outside the window that the other side of its direction last offered; false where that is not known. */
function isOutside(direction: number, { state, seq }: StrictAnalysis): boolean {
  const peer = (direction ^ 1) * STATE.size;
  const acked = state[peer + STATE.lastAck] ?? 0;
  const window = state[peer + STATE.window] ?? -1;
  const scale = state[peer + STATE.scale] ?? -1;
  if (acked === 0 || window < 0 || scale === -1) return false;
  const shift = scale < 0 || state[peer + STATE.acked] === 0 ? 0 : scale;
  const ahead = (seq - acked) | 0;
  return ahead < 0 || ahead > window * 2 ** shift;
}
