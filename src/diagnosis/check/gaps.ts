import { grown } from '../unacked.ts';

/** Gaps beyond these are not followed: those before them tell enough. */
const MOST = 20_000;

interface Gap {
  start: number;
  end: number;
  readonly row: number;
  readonly at: number;
}

/** What is left of a direction's gaps: nothing filled them, nobody acknowledged them. */
export interface OpenGaps {
  readonly bytes: number;
  readonly rows: readonly number[];
  /** When the last of them was met. */
  readonly last: number;
}

/** Bytes that a direction left out: captured later, acknowledged, or missing for good. Numbers are signed 32-bit. */
export class Gaps {
  private readonly ofDirection: (Gap[] | undefined)[] = [];
  /** 1 for directions with gaps that are not acknowledged: most segments are of none. */
  waits = new Uint8Array(64);
  /** Where the last gap of such a direction ends: it begins furthest, so what acknowledges it acknowledges all. */
  private lastEnd = new Int32Array(64);
  /** The highest number that was acknowledged of a direction with gaps, and whether any was. */
  private highest = new Int32Array(64);
  private hasHighest = new Uint8Array(64);
  private count = 0;

  /** The segment in `row` begins `bytes` beyond the end of what was captured before it, at `end`. */
  add(direction: number, end: number, bytes: number, row: number, at: number): void {
    if (this.count++ >= MOST) return;
    const gap = { start: (end - bytes) | 0, end, row, at };
    const known = this.ofDirection[direction];
    this.waits[direction] = 1;
    this.lastEnd[direction] = end;
    if (known === undefined) this.ofDirection[direction] = [gap];
    else known.push(gap);
  }

  /** Bytes of a direction that were left out and came at no time, acknowledged or not; null when there are too many gaps to know. */
  missing(direction: number): number | null {
    if (this.count >= MOST) return null;
    const gaps = this.ofDirection[direction] ?? [];
    return gaps.reduce((sum, { start, end }) => sum + ((end - start) | 0), 0);
  }

  /** Makes room for so many directions. */
  reserve(directions: number): void {
    if (directions <= this.waits.length) return;
    const length = Math.max(directions, this.waits.length * 2);
    this.waits = grown(this.waits, length);
    this.lastEnd = grown(this.lastEnd, length);
    this.highest = grown(this.highest, length);
    this.hasHighest = grown(this.hasHighest, length);
  }

  /** The receiver of a direction acknowledges up to `ack`. */
  acknowledge(direction: number, ack: number): void {
    if (this.waits[direction] !== 1) return;
    if (((ack - (this.lastEnd[direction] ?? 0)) | 0) >= 0) this.waits[direction] = 0;
    if (this.hasHighest[direction] === 1 && ((ack - (this.highest[direction] ?? 0)) | 0) <= 0) return;
    this.hasHighest[direction] = 1;
    this.highest[direction] = ack;
  }

  /** A segment that came later holds these bytes. */
  fill(direction: number, seq: number, end: number): void {
    const gaps = this.ofDirection[direction];
    if (gaps === undefined) return;
    let kept = 0;
    let behind: Gap | null = null;
    for (const gap of gaps) {
      // What lies in the middle makes two of one.
      if (((seq - gap.start) | 0) > 0 && ((end - gap.end) | 0) < 0) {
        behind = { ...gap, start: end };
        gap.end = seq;
      }
      if (((seq - gap.start) | 0) <= 0 && ((end - gap.start) | 0) > 0) gap.start = end;
      else if (((seq - gap.end) | 0) < 0 && ((end - gap.end) | 0) >= 0 && ((seq - gap.start) | 0) > 0)
        gap.end = seq;
      // What is filled is forgotten: else a long lossy transfer would be walked through for each loss.
      if (((gap.end - gap.start) | 0) > 0) gaps[kept++] = gap;
    }
    gaps.length = kept;
    if (behind === null) return;
    const after = gaps.findIndex(({ start }) => ((start - end) | 0) > 0);
    gaps.splice(after < 0 ? gaps.length : after, 0, behind);
  }

  /** When the gap of a direction was met that this number lies in; 0: it lies in none. */
  metAt(direction: number, seq: number): number {
    for (const { start, end, at } of this.ofDirection[direction] ?? [])
      if (((seq - start) | 0) >= 0 && ((end - seq) | 0) > 0) return at;
    return 0;
  }

  /** What is open of a direction; null for most. */
  open(direction: number): OpenGaps | null {
    const highest = this.hasHighest[direction] === 1 ? this.highest[direction] : undefined;
    const left = (this.ofDirection[direction] ?? []).filter(
      ({ start, end }) => ((end - start) | 0) > 0 && (highest === undefined || ((end - highest) | 0) > 0),
    );
    if (left.length === 0) return null;
    const bytes = left.reduce((sum, { start, end }) => sum + ((end - start) | 0), 0);
    return { bytes, rows: left.map(({ row }) => row), last: left[left.length - 1]?.at ?? 0 };
  }
}
