import { ACK, type Columns, FIN, RST, SYN } from '../../../capture/columns.ts';
import { FLAG, READING } from '../flags.ts';
import { STATE } from '../strict-conditions.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import type { Copies } from './copies-seen.ts';
import { cellsAt, FLOW } from './flow-cells.ts';
import type { Gaps } from './gaps.ts';

/** Readings of a segment that stands behind the furthest number: false ones, where nothing of the stream went so far. */
const BEHIND =
  FLAG.retransmission |
  FLAG.fastRetransmission |
  FLAG.outOfOrder |
  FLAG.lostSegment |
  READING.sentAgain |
  READING.firstCopyUnseen;

/** A segment of the stream without any of these begins where the analysis says that the stream ends. */
const ELSEWHERE = BEHIND | FLAG.spuriousRetransmission | FLAG.keepAlive | FLAG.zeroWindowProbe;

/** What stood ahead of a direction and is no part of its stream, as far as is known. */
interface Astray {
  /** Where the stream ends, signed 32-bit. */
  next: number;
  /** A damaged segment: should the stream go on behind it, or should it come again, its numbers were right. */
  readonly damaged: Ahead | null;
  /** The other side has not acknowledged anything of it yet. */
  isNew: boolean;
}

/** A segment that stands ahead of all before it. */
interface Ahead {
  readonly seq: number;
  readonly end: number;
  readonly row: number;
  readonly at: number;
}

/**
 * Where streams go on though something stood ahead of them: a reset with any number, or a segment that was damaged. The
 * strict analysis, like Wireshark, counts from there, and then takes all that follows for late.
 */
export class OwnNumbers {
  private readonly astray = new Map<number, Astray>();
  private readonly gaps: Gaps;
  private readonly copies: Copies;

  constructor(gaps: Gaps, copies: Copies) {
    this.gaps = gaps;
    this.copies = copies;
  }

  /** Whether any direction has such numbers. */
  get any(): boolean {
    return this.astray.size > 0;
  }

  has(direction: number): boolean {
    return this.astray.has(direction);
  }

  /** Where a direction ends by its own numbers; undefined where they are those of the analysis. */
  next(direction: number): number | undefined {
    return this.astray.get(direction)?.next;
  }

  /** Something stands ahead of `next`, where the stream ends: a reset, or the damaged segment at hand, which is in `row`. */
  begin(direction: number, next: number, damaged: StrictAnalysis | null = null, row = -1): void {
    if (this.astray.has(direction)) return;
    const segment = damaged && { seq: damaged.seq, end: damaged.end, at: damaged.now, row };
    this.astray.set(direction, { next, damaged: segment, isNew: true });
  }

  /** Our reading of the segment in a row, which is `place` of the capture. */
  reading(
    cells: Float64Array,
    columns: Columns,
    row: number,
    place: number,
    found: number,
    analysis: StrictAnalysis,
  ): number {
    const at = cellsAt(columns.flow[row] ?? 0);
    const side = columns.direction[row] ?? 0;
    const flags = columns.flags[row] ?? 0;
    const direction = (columns.flow[row] ?? 0) * 2 + side;
    if (cells[at + FLOW.anew] !== 0 && (flags & (SYN | ACK)) === (SYN | ACK)) {
      // What it sent before was of another connection.
      cells[at + FLOW.anew] = 0;
      cells[at + FLOW.low + side] = analysis.end;
      this.astray.set(direction, { next: analysis.end, damaged: null, isNew: true });
      return found & ~BEHIND;
    }
    if ((flags & (SYN | RST)) !== 0) return found;
    const holds = (flags & ACK) !== 0 && this.holds(direction ^ 1, (columns.ack[row] ?? 0) | 0);
    const told = holds ? found & ~READING.unseenData : found;
    // Not told, it is not to be taken back.
    if (told !== found) analysis.earlyAcks.drop(direction ^ 1, place);
    const astray = this.astray.get(direction);
    if (astray !== undefined) return this.goesOn(direction, astray, told, segmentOf(columns, row), analysis);
    if ((told & FLAG.lostSegment) === 0) return told;
    if (!this.copies.isOnlyDamaged(place, direction, place, analysis)) return told;
    this.begin(direction, (analysis.seq - analysis.ahead) | 0, analysis, place);
    return told & ~FLAG.lostSegment;
  }

  /** Takes a segment of a direction with such numbers; `ahead` of the analysis then says what is missing before it. */
  private goesOn(
    direction: number,
    astray: Astray,
    found: number,
    { seq, end }: Pick<Ahead, 'seq' | 'end'>,
    analysis: StrictAnalysis,
  ): number {
    if (seq === end) return found;
    const { damaged } = astray;
    const ahead = (seq - astray.next) | 0;
    if (damaged !== null && (seq === damaged.end || (seq === damaged.seq && ahead > 0))) {
      const missing = (damaged.seq - astray.next) | 0;
      if (missing > 0) this.gaps.add(direction, damaged.seq, missing, damaged.row, damaged.at);
      this.astray.delete(direction);
      return found;
    }
    if (((end - astray.next) | 0) > 0) astray.next = end;
    this.leave(direction, astray, found, analysis);
    const isAgain = analysis.copyRow >= 0 && (found & (FLAG.retransmission | FLAG.outOfOrder)) !== 0;
    if (ahead < 0 || isAgain || (found & FLAG.spuriousRetransmission) !== 0) return found;
    analysis.ahead = Math.max(ahead, 0);
    return (found & ~BEHIND) | (ahead > 0 ? FLAG.lostSegment : 0);
  }

  /** Whether an acknowledgement lacks nothing of a direction: all of it was captured. */
  private holds(direction: number, ack: number): boolean {
    const astray = this.astray.get(direction);
    if (astray === undefined) return false;
    astray.isNew = false;
    return ((ack - astray.next) | 0) <= 0;
  }

  /** A stream that reaches what stood ahead of it has the analysis's numbers again: it finds nothing to say then, or is no further. */
  private leave(direction: number, astray: Astray, found: number, { state }: StrictAnalysis): void {
    const furthest = state[direction * STATE.size + STATE.next] ?? 0;
    const isNext = (found & ELSEWHERE) === 0;
    if (!astray.isNew && (isNext || ((astray.next - furthest) | 0) >= 0)) this.astray.delete(direction);
  }
}

/** Numbers of a segment; the analysis may be further already. */
function segmentOf({ seq, payloadLen, flags }: Columns, row: number): Pick<Ahead, 'seq' | 'end'> {
  const begin = (seq[row] ?? 0) | 0;
  const control = ((flags[row] ?? 0) & (SYN | FIN)) === 0 ? 0 : 1;
  return { seq: begin, end: (begin + (payloadLen[row] ?? 0) + control) | 0 };
}
