import { CHECKSUM, packetChecksum } from '../../../capture/checksum.ts';
import { PROTOCOL } from '../../../capture/columns.ts';
import type { RecentFrames } from '../recent-frames.ts';
import { STATE } from '../strict-conditions.ts';
import type { StrictAnalysis } from '../strict-flags.ts';

/** Copies beyond these are not looked at: their conversation's earlier ones tell. */
const MAX_LOOKS = 4096;
/** The same of segments that stand ahead of their stream: a capture that dropped much has many. */
const MAX_AHEAD = 1024;

/** What the frames tell of segments that were sent again, or stand ahead of their stream: whether they were damaged. */
export class Copies {
  /** Rows of damaged segments that were sent again. */
  readonly damaged = new Set<number>();
  private looks = 0;
  private aheadLooks = 0;
  private readonly frames: RecentFrames;

  constructor(frames: RecentFrames) {
    this.frames = frames;
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
    return packetChecksum(frame.bytes, frame.network, frame.transport, PROTOCOL.tcp);
  }
}
