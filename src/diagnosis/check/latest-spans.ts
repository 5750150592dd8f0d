import { grown } from '../unacked.ts';

/** Why bytes came twice: their sender sent them again, one packet was delivered twice, or it probed with a byte sent before. */
export type Second = 'again' | 'twice' | 'probe';

/** So many are remembered: a power of two. */
const MOST = 32;
const SPAN = { seq: 0, end: 1, as: 2, size: 3 } as const;
/** By the number that stands for it; 0 is a span that was taken out. */
const KINDS: readonly (Second | null)[] = [null, 'again', 'twice', 'probe'];

/** What one direction sent once more, the latest spans of it: numbers that go round, for loss makes many. */
export class LatestSpans {
  private cells = new Int32Array(4 * SPAN.size);
  private count = 0;

  /** Remembers the bytes from `seq` up to `end`. */
  add(seq: number, end: number, as: Second): void {
    const at = (this.count % MOST) * SPAN.size;
    if (at === this.cells.length) this.cells = grown(this.cells, at * 2);
    this.cells[at + SPAN.seq] = seq;
    this.cells[at + SPAN.end] = end;
    this.cells[at + SPAN.as] = KINDS.indexOf(as);
    this.count++;
  }

  /** Takes out the latest span that shares bytes with those from `from` up to `to`; null where there is none. */
  take(from: number, to: number): Second | null {
    const oldest = Math.max(0, this.count - MOST);
    for (let index = this.count - 1; index >= oldest; index--) {
      const at = (index % MOST) * SPAN.size;
      const cell = (name: number): number => this.cells[at + name] ?? 0;
      const kind = KINDS[cell(SPAN.as)] ?? null;
      if (kind === null || ((cell(SPAN.seq) - to) | 0) >= 0 || ((cell(SPAN.end) - from) | 0) <= 0) continue;
      this.cells[at + SPAN.as] = 0;
      return kind;
    }
    return null;
  }
}
