import { CHECKSUM, transportChecksum } from '../../../capture/checksum.ts';
import { ACK, PROTOCOL, SYN } from '../../../capture/columns.ts';
import { STATE } from '../strict-conditions.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import { compareCopies, HEADERS } from './copies.ts';
import type { RecentFrames } from './recent-frames.ts';

/** Copies beyond these are not looked at: their conversation's earlier ones tell. */
const MAX_LOOKS = 4096;
/** The same of segments that stand ahead of their stream: a capture that dropped much has many. */
const MAX_AHEAD = 1024;
/** No timer is this quick. */
const ALIKE_NS = 1e6;

/** What is known of a segment that may be a copy, beside its frame. */
export interface MaybeCopy {
  readonly flow: number;
  readonly flags: number;
  /** Whether others of its direction were captured twice. */
  readonly known: boolean;
  /** Least time of the whole way and back, in ns; 0 when that is not known. */
  readonly rtt: number;
}

/** What the frames tell of segments that were captured before. */
export class Copies {
  /** Rows of damaged segments that were sent again. */
  readonly damaged = new Set<number>();
  /** How long after the first the latest copy of a flow was captured, in ns: a mirror delays all of them alike. */
  private readonly delays = new Map<number, number>();
  private looks = 0;
  private aheadLooks = 0;
  private readonly frames: RecentFrames;

  constructor(frames: RecentFrames) {
    this.frames = frames;
  }

  /** Whether the segment in this row is the packet of its latest copy, captured once more. */
  isTwice(row: number, analysis: StrictAnalysis, segment: MaybeCopy): boolean {
    if (this.looks >= MAX_LOOKS) return segment.known;
    this.looks++;
    const first = this.frames.frame(analysis.copyRow, row, HEADERS);
    const second = this.frames.frame(row, row, HEADERS);
    if (first === null || second === null) return false;
    const verdict = compareCopies(first, second);
    const isSame = verdict === 'same' || (verdict === 'alike' && this.isTooSoon(analysis, segment));
    if (isSame) this.delays.set(segment.flow, analysis.sinceCopy);
    return isSame;
  }

  /**
   * Whether nobody can have sent again what nothing but its time tells from its copy. A SYN has a timer of a second (RFC
   * 6298 §2.1), any other timer waits a round trip. What was asked for may follow a copy that was late at once.
   */
  private isTooSoon({ sinceCopy, peerSpoke }: StrictAnalysis, { flow, flags, rtt }: MaybeCopy): boolean {
    const isSyn = (flags & SYN) !== 0;
    if (isSyn && (flags & ACK) === 0) return true;
    if (this.isDelayed(flow, sinceCopy)) return true;
    return !peerSpoke && (isSyn || sinceCopy < Math.max(ALIKE_NS, rtt));
  }

  /** Whether copies of packets of this flow are captured about so long after them. */
  isDelayed(flow: number, since: number): boolean {
    const delay = this.delays.get(flow);
    return delay !== undefined && since > delay / 2 && since < delay * 2;
  }

  /** Whether a copy's checksum is wrong: it was damaged before the receiver got it, which is why it was sent again. True once a row. */
  isDamaged(copyRow: number, row: number): boolean {
    if (this.looks >= MAX_LOOKS) return false;
    this.looks++;
    if (this.checksumOf(copyRow, row) !== CHECKSUM.wrong || this.damaged.has(copyRow)) return false;
    this.damaged.add(copyRow);
    return true;
  }

  /**
   * Whether the checksum of row `damaged` is wrong, while that of another segment of its direction, the latest one that
   * acknowledged something new, is right: else the network card may have been left to make them all.
   */
  isOnlyDamaged(damaged: number, direction: number, now: number, { state }: StrictAnalysis): boolean {
    if (this.aheadLooks >= MAX_AHEAD) return false;
    this.aheadLooks++;
    if (this.checksumOf(damaged, now) !== CHECKSUM.wrong) return false;
    const other = state[direction * STATE.size + STATE.nonDup] ?? -1;
    return other >= 0 && other !== damaged && this.checksumOf(other, now) === CHECKSUM.right;
  }

  private checksumOf(row: number, now: number): number {
    const frame = this.frames.frame(row, now, Number.POSITIVE_INFINITY);
    if (frame === null || !frame.whole) return CHECKSUM.unknown;
    return transportChecksum(frame.bytes, frame.network, frame.transport, PROTOCOL.tcp);
  }
}
