import type { KernelSample, KernelView } from '../../session/kernel-sample.ts';

/** So many samples are kept of a run; beyond, only those that say of a socket's state, or that it is gone. */
const MOST_SAMPLES = 40_000;
const MOST_STATES = 80_000;

/** What the lab tells of the kernel's tables, gathered in the order in which it comes. */
export class KernelNotes {
  private readonly samples: KernelSample[] = [];
  private readonly states = new Map<string, string>();
  private toNs = 0n;
  private left = 0;

  /** How much there is: samples, and those left out. */
  get size(): number {
    return this.samples.length + this.left;
  }

  take(samples: readonly KernelSample[], askedNs: bigint): void {
    this.toNs = askedNs;
    for (const sample of samples) {
      const state = sample.socket?.state ?? '';
      const isNews = this.states.get(sample.key) !== state;
      this.states.set(sample.key, state);
      if (this.samples.length < (isNews ? MOST_STATES : MOST_SAMPLES)) this.samples.push(sample);
      else this.left++;
    }
  }

  /** Whether the tables were walked through after this time, and told of. */
  covers(timeNs: bigint): boolean {
    return this.toNs > timeNs;
  }

  /** null where nothing was told. What is still on its way is not known: the view ends with what was told. */
  view(): KernelView | null {
    // A walk through a table is told of when it is over: what was asked of one socket meanwhile has come before it.
    const samples = this.samples.toSorted((a, b) => Number(a.timeNs - b.timeNs));
    const [first] = samples;
    if (first === undefined) return null;
    return {
      samples,
      fromNs: first.timeNs,
      toNs: this.toNs,
      left: this.left,
    };
  }
}
