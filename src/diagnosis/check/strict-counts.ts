import type { Columns } from '../../../capture/columns.ts';
import { FLAG, FLAG_FIELDS, READING } from '../flags.ts';
import type { SecondCaptures } from '../second-captures.ts';
import type { SegmentObserver, StrictAnalysis } from '../strict-flags.ts';
import type { ReadingCounts } from './reading-counts.ts';

const DUPLICATE_ACK = FLAG_FIELDS.findIndex(([flag]) => flag === FLAG.duplicateAck);

/** Counts Wireshark's flags, of packets that were captured before too, of which our reading is another. */
export class StrictCounts implements SegmentObserver {
  readonly counts: Float64Array;
  private readonly readings: ReadingCounts;
  private readonly seconds: SecondCaptures;

  /** Goes on from the counts that there are. */
  constructor(counts: Float64Array, readings: ReadingCounts, seconds: SecondCaptures) {
    this.counts = counts.slice();
    this.readings = readings;
    this.seconds = seconds;
  }

  reserve(): void {}

  segment(_columns: Columns, row: number, rowBase: number, found: number): void {
    countFlags(this.counts, found);
    if (found !== 0 && this.seconds.isCopied(row))
      this.readings.take(found | READING.capturedTwice, row + rowBase);
  }

  segments(_columns: Columns, from: number, to: number, rowBase: number, { usual }: StrictAnalysis): void {
    for (let row = from; row < to; row++) {
      if ((usual.found[row - from] ?? 0) === 0) continue;
      this.counts[DUPLICATE_ACK] = (this.counts[DUPLICATE_ACK] ?? 0) + 1;
      if (this.seconds.isCopied(row))
        this.readings.take(FLAG.duplicateAck | READING.capturedTwice, row + rowBase);
    }
  }
}

/** Adds 1 to the count of each bit. */
export function countFlags(counts: Float64Array, found: number): void {
  for (let rest = found; rest !== 0; rest &= rest - 1) {
    const bit = 31 - Math.clz32(rest & -rest);
    counts[bit] = (counts[bit] ?? 0) + 1;
  }
}
