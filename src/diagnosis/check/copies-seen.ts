import { CHECKSUM, transportChecksum } from '../../../capture/checksum.ts';
import { PROTOCOL } from '../../../capture/columns.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import { compareCopies, HEADERS } from './copies.ts';
import type { RecentFrames } from './recent-frames.ts';

/** Copies beyond these are not looked at: their conversation's earlier ones tell. */
const MAX_LOOKS = 4096;
/** A copy without anything that counts packets is taken for a second capture within this time only. */
const ALIKE_NS = 1e6;

/** What the frames tell of segments that were captured before. */
export class Copies {
  /** Rows of damaged segments that were sent again. */
  readonly damaged = new Set<number>();
  private looks = 0;
  private readonly frames: RecentFrames;

  constructor(frames: RecentFrames) {
    this.frames = frames;
  }

  /** Whether the segment in this row is the packet of its latest copy, captured once more; `known`: others of it are. */
  isTwice(row: number, analysis: StrictAnalysis, known: boolean): boolean {
    if (this.looks >= MAX_LOOKS) return known;
    this.looks++;
    const first = this.frames.frame(analysis.copyRow, row, HEADERS);
    const second = this.frames.frame(row, row, HEADERS);
    if (first === null || second === null) return false;
    const verdict = compareCopies(first, second);
    if (verdict !== 'alike') return verdict === 'same';
    // No timer is this quick, and nobody asked for it.
    if (!analysis.peerSpokeSinceCopy) return analysis.sinceCopy < ALIKE_NS;
    return false;
  }

  /** Whether a copy's checksum is wrong: it was damaged before the receiver got it, which is why it was sent again. True once a row. */
  isDamaged(copyRow: number, row: number): boolean {
    if (this.looks >= MAX_LOOKS) return false;
    this.looks++;
    const copy = this.frames.frame(copyRow, row, Number.POSITIVE_INFINITY);
    if (copy === null || !copy.whole) return false;
    const verdict = transportChecksum(copy.bytes, copy.network, copy.transport, PROTOCOL.tcp);
    if (verdict !== CHECKSUM.wrong || this.damaged.has(copyRow)) return false;
    this.damaged.add(copyRow);
    return true;
  }
}
