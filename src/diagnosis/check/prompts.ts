import { FLAG, READING } from '../flags.ts';
import { STATE } from '../strict-conditions.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import { TIMEOUT_MIN } from '../time-limits.ts';
import type { Evidence } from './evidence.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';
import type { Gaps } from './gaps.ts';
import { waitedFor } from './late-fill.ts';
import type { ReceivedTwice } from './received-twice.ts';
import { changeReason, segmentsAgain } from './sent-again.ts';
import type { TooBig } from './too-big.ts';

const NS = 1e9;
/** How exactly a wait doubles: timers run in ticks of some milliseconds. */
const DOUBLE_WITHIN = 0.15;

/** What made a sender send again: its timer, what the receiver or a router said, or nothing that is in the capture. */
type Prompt = 'timeout' | 'asked' | 'too-big' | 'fast-open' | 'nothing';

/** Cells that count packets and their bytes, and those without first copy; and segments, each once: see sent-again.ts. */
interface Counts {
  readonly cell: number;
  readonly bytes: number;
  readonly kind: number;
  readonly unseen: number | null;
  readonly each?: { readonly cell: number; readonly reason: number };
}

const COUNTS: Readonly<Record<Prompt, Counts>> = {
  timeout: {
    cell: FLOW.timeouts,
    bytes: FLOW.timeoutBytes,
    kind: KIND.timeout,
    unseen: FLOW.timeoutsUnseen,
    each: { cell: FLOW.timeoutsDistinct, reason: 2 },
  },
  asked: {
    cell: FLOW.fast,
    bytes: FLOW.fastBytes,
    kind: KIND.fast,
    unseen: FLOW.fastUnseen,
    each: { cell: FLOW.fastDistinct, reason: 4 },
  },
  'fast-open': { cell: FLOW.fastOpen, bytes: FLOW.fastOpenBytes, kind: KIND.fastOpen, unseen: null },
  'too-big': { cell: FLOW.tooBig, bytes: FLOW.tooBigBytes, kind: KIND.tooBig, unseen: null },
  nothing: {
    cell: FLOW.unprompted,
    bytes: FLOW.unpromptedBytes,
    kind: KIND.unprompted,
    unseen: null,
    each: { cell: FLOW.unpromptedDistinct, reason: 8 },
  },
};

/** Since its first retransmission a sender goes by what is acknowledged, until all that was sent by then is (RFC 6582). */
interface Recovery {
  readonly acked: number;
  to: number;
}

/** The latest retransmission of a direction, how long after the copy before it, and as what it was counted. */
interface Repeat {
  readonly row: number;
  readonly seq: number;
  readonly len: number;
  readonly gap: number;
  readonly prompt: Prompt;
  readonly cost: number;
  /** Segments that it carried, each once. */
  readonly distinct: number;
}

/** Tells what made segments be sent again, and counts them by it. */
export class Prompts {
  private readonly evidence: Evidence;
  private readonly gaps: Gaps;
  private readonly receivedTwice: ReceivedTwice;
  private readonly tooBig: TooBig;
  private readonly recoveries: (Recovery | undefined)[] = [];
  private readonly repeats: (Repeat | undefined)[] = [];

  constructor(evidence: Evidence, gaps: Gaps, receivedTwice: ReceivedTwice, tooBig: TooBig) {
    this.evidence = evidence;
    this.gaps = gaps;
    this.receivedTwice = receivedTwice;
    this.tooBig = tooBig;
  }

  /**
   * Whether the receiver showed that it lacks the segment at hand: by duplicate acknowledgements (RFC 5681 §3.2), by one
   * that reports later bytes (RFC 2018), or in a recovery by one that acknowledges a part (RFC 6582 §3.2).
   */
  isAsked(found: number, direction: number, analysis: StrictAnalysis): boolean {
    if ((found & FLAG.fastRetransmission) !== 0) return true;
    // What was asked for has been sent; since then nothing was said.
    if (analysis.copyRow >= 0 && !analysis.peerSpoke) return false;
    if (analysis.duplicates > 0) return true;
    const acked = ackedOf(direction, analysis);
    return this.isReportedBehind(direction, acked, analysis) || this.isNext(direction, acked, analysis);
  }

  /** Bytes behind the segment have arrived, by the latest selective acknowledgement. */
  private isReportedBehind(direction: number, acked: number, { end }: StrictAnalysis): boolean {
    const edges = this.receivedTwice.reportedEdges.get(direction) ?? [];
    for (let at = 0; at + 1 < edges.length; at += 2) {
      const [left, right] = [edges[at] ?? 0, edges[at + 1] ?? 0];
      if (((left - end) | 0) >= 0 && ((right - acked) | 0) > 0) return true;
    }
    return false;
  }

  private isNext(direction: number, acked: number, { seq, peerSpoke }: StrictAnalysis): boolean {
    const recovery = this.recoveries[direction];
    if (recovery === undefined || !peerSpoke) return false;
    return ((recovery.to - seq) | 0) > 0 && ((acked - recovery.acked) | 0) > 0;
  }

  /** Counts the retransmission in `row`, of `len` bytes, and what it cost. */
  take(
    cells: Float64Array,
    direction: number,
    found: number,
    row: number,
    len: number,
    isAsked: boolean,
    analysis: StrictAnalysis,
  ): void {
    const told = this.promptOf(cells, direction, isAsked, found, row, analysis);
    const before = this.repeats[direction];
    const gap = Math.min(analysis.sinceCopy, analysis.sinceHeard);
    const isBackoff = (told === 'timeout' || told === 'nothing') && isDoubled(before, gap, analysis);
    const prompt = isBackoff ? 'timeout' : told;
    if (isBackoff && before?.prompt === 'nothing') this.wasTimeout(cells, direction, before, analysis);
    this.count(cells, direction, prompt, row, len, 1);
    const { unseen, each } = COUNTS[prompt];
    let distinct = 0;
    if (each !== undefined) {
      distinct = segmentsAgain(analysis.unacked, direction, analysis, row, each.reason);
      add(cells, direction, each.cell, distinct);
    }
    if ((found & READING.firstCopyUnseen) !== 0 && unseen !== null) add(cells, direction, unseen, 1);
    const cost = prompt === 'fast-open' ? 0 : this.spend(cells, direction, prompt, analysis);
    if (analysis.copyRow >= 0)
      this.repeats[direction] = { row, seq: analysis.seq, len, gap, prompt, cost, distinct };
    if (prompt === 'asked' || prompt === 'timeout') this.recover(direction, prompt, analysis);
  }

  private promptOf(
    cells: Float64Array,
    direction: number,
    isAsked: boolean,
    found: number,
    row: number,
    analysis: StrictAnalysis,
  ): Prompt {
    const { quiet } = analysis;
    if (isFastOpenRefused(cells, direction, analysis)) return 'fast-open';
    if ((found & FLAG.fastRetransmission) !== 0) return 'asked';
    if (!isAsked) {
      const since = this.tooBig.since(
        direction,
        analysis.copyRow,
        row,
        analysis.originSec * NS + analysis.now,
      );
      if (since < TIMEOUT_MIN) return 'too-big';
    }
    if (quiet < TIMEOUT_MIN) return isAsked ? 'asked' : 'nothing';
    if (!isAsked) return 'timeout';
    const flow = cellsAt(direction >> 1);
    // From the capture to the sender and back. Near the receiver what was asked for comes after that; what a timer sent
    // comes later, for it waits a round trip at least (RFC 6298 §2.3), and begins with the latest that was acknowledged.
    const away = cells[flow + FLOW.rttLeast + (1 - (direction & 1))] ?? 0;
    if (away > 0 && quiet >= away + Math.max(TIMEOUT_MIN, away / 2)) return 'timeout';
    // Of a handshake the answer comes at once; others may have been late, and then say nothing of the way.
    if (away > 0 && cells[flow + FLOW.done] !== 0) return 'asked';
    add(cells, direction, FLOW.timeoutsUnsure, 1);
    return 'timeout';
  }

  private count(
    cells: Float64Array,
    direction: number,
    prompt: Prompt,
    row: number,
    len: number,
    by: 1 | -1,
  ): void {
    const { cell, bytes, kind } = COUNTS[prompt];
    add(cells, direction, cell, by);
    add(cells, direction, bytes, by * len);
    if (by === 1) this.evidence.add(direction >> 1, kind, row, direction & 1);
    else this.evidence.remove(direction >> 1, kind, row, direction & 1);
  }

  /** Only a timer waits twice as long the second time (RFC 6298 §5.5): it made the first one too. */
  private wasTimeout(
    cells: Float64Array,
    direction: number,
    { row, len, cost, distinct }: Repeat,
    { unacked }: StrictAnalysis,
  ): void {
    this.count(cells, direction, 'nothing', row, len, -1);
    this.count(cells, direction, 'timeout', row, len, 1);
    add(cells, direction, FLOW.late, -cost);
    add(cells, direction, FLOW.waited, cost);
    add(cells, direction, FLOW.unpromptedDistinct, -distinct);
    add(cells, direction, FLOW.timeoutsDistinct, distinct);
    changeReason(unacked, direction, row, COUNTS.nothing.each?.reason ?? 0, COUNTS.timeout.each?.reason ?? 0);
  }

  /** Adds up the time that the sender waited. Several segments may wait for the same loss: it is counted once. */
  private spend(cells: Float64Array, direction: number, prompt: Prompt, analysis: StrictAnalysis): number {
    const { now } = analysis;
    const waited = waitedFor(direction, this.gaps, prompt === 'timeout', analysis);
    if (waited <= 0) return 0;
    const until = cellsAt(direction >> 1) + FLOW.waitedUntil + (direction & 1);
    const cost = now - Math.max(now - waited, cells[until] ?? 0);
    add(cells, direction, prompt === 'timeout' ? FLOW.waited : FLOW.late, cost);
    cells[until] = now;
    return cost;
  }

  private recover(direction: number, prompt: Prompt, analysis: StrictAnalysis): void {
    const acked = ackedOf(direction, analysis);
    const known = this.recoveries[direction];
    const next = analysis.state[direction * STATE.size + STATE.next] ?? 0;
    if (known === undefined || ((acked - known.to) | 0) >= 0)
      this.recoveries[direction] = { acked, to: next };
    else if (prompt === 'timeout') known.to = next;
  }
}

function add(cells: Float64Array, direction: number, cell: number, amount: number): void {
  const at = cellsAt(direction >> 1) + cell + (direction & 1);
  cells[at] = (cells[at] ?? 0) + amount;
}

/** Up to where the other side has acknowledged a direction. */
function ackedOf(direction: number, { state }: StrictAnalysis): number {
  return state[(direction ^ 1) * STATE.size + STATE.lastAck] ?? 0;
}

/** What a SYN carried, and the answer did not acknowledge: it comes again after the handshake (RFC 7413 §4.1.3). */
function isFastOpenRefused(cells: Float64Array, direction: number, analysis: StrictAnalysis): boolean {
  const at = cellsAt(direction >> 1);
  const { copyRow } = analysis;
  if ((direction & 1) !== 0 || copyRow < 0 || cells[at + FLOW.synDataRow] !== copyRow + 1) return false;
  return (
    cells[at + FLOW.synAck] !== 0 && ackedOf(direction, analysis) === analysis.numbersOf(direction).base + 1
  );
}

/** The same bytes once more, after twice the time that the retransmission before had waited, and nothing heard in between. */
function isDoubled(before: Repeat | undefined, gap: number, analysis: StrictAnalysis): boolean {
  if (before === undefined || before.row !== analysis.copyRow || before.seq !== analysis.seq) return false;
  if (analysis.peerSpoke || before.gap <= 0) return false;
  return Math.abs(gap / before.gap / 2 - 1) <= DOUBLE_WITHIN;
}
