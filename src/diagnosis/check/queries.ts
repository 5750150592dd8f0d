import { grown } from '../unacked.ts';
import { Evidence } from './evidence.ts';

/** An answer that takes longer than this is none: programs ask again by then. */
export const ANSWER_NS = 1e9;

/**
 * Datagrams that wait for an answer, by flow: those of the end that spoke first. One waits from the first datagram that
 * nothing came back for, until something does. Times in ns, 0: none waits.
 */
export class Queries {
  /** Since when one waits, in which row, and when the first one of all was sent. */
  private since = new Float64Array(64);
  private row = new Int32Array(64);
  private first = new Float64Array(64);
  private readonly unanswered: Evidence;

  /** Keeps the first `most` rows of each flow. */
  constructor(most: number) {
    this.unanswered = new Evidence(most);
  }

  sent(flow: number, row: number, now: number): void {
    if (flow >= this.since.length) {
      const length = Math.max(flow + 1, this.since.length * 2);
      this.since = grown(this.since, length);
      this.row = grown(this.row, length);
      this.first = grown(this.first, length);
    }
    // The first packet of a capture may have the time 0, which stands for none.
    const at = now + 1;
    if (this.first[flow] === 0) this.first[flow] = at;
    if (this.since[flow] !== 0) {
      if (at - (this.since[flow] ?? 0) < ANSWER_NS) return;
      this.unanswered.add(flow, 0, this.row[flow] ?? 0);
    }
    this.since[flow] = at;
    this.row[flow] = row;
  }

  answered(flow: number): void {
    if (flow < this.since.length) this.since[flow] = 0;
  }

  /** When the first datagram of the end that spoke first was sent, ns. */
  firstOf(flow: number): number {
    return this.first[flow] ?? 0;
  }

  /** When, to a second, the last one was sent that nothing came back for; the first where all were answered. */
  latestOf(flow: number): number {
    const since = this.since[flow] ?? 0;
    return since === 0 ? this.firstOf(flow) : since;
  }

  /** Whether the first datagram of a flow was sent so late that the capture, which ends at `end`, may lack its answer. */
  isEarly(flow: number, end: number): boolean {
    return end + 1 - (this.first[flow] ?? 0) < ANSWER_NS;
  }

  /** Those that had no answer for a second, in a flow where others had. */
  left(flow: number, end: number): { readonly rows: readonly number[]; readonly count: number } {
    const { rows, count } = this.unanswered.get(flow, 0);
    const since = this.since[flow] ?? 0;
    if (since === 0 || end + 1 - since < ANSWER_NS) return { rows, count };
    const isNamed = rows.length < this.unanswered.most;
    return { rows: isNamed ? [...rows, this.row[flow] ?? 0] : rows, count: count + 1 };
  }
}
