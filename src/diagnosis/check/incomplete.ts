import type { Columns } from '../../../capture/columns.ts';
import { Proof } from './evidence.ts';

/** More than the decoder holds at a time: what is still open then will not be completed. */
const MOST_OPEN = 16_384;

/** Datagrams of which the capture has some fragments, but not all. */
export class IncompleteDatagrams {
  /** Of those that nothing will complete any more: their fragments, and how many datagrams. */
  private readonly settled = new Proof();
  private settledCount = 0;
  private readonly open = new Map<number, Proof>();
  private readonly most: number;

  /** Keeps the first `most` rows. */
  constructor(most: number) {
    this.most = most;
  }

  /** Takes the fragments among rows `from` … `to`. */
  take({ datagrams }: Columns, rowBase: number, from: number, to: number): void {
    if (datagrams.size === 0) return;
    for (let row = from; row < to; row++) {
      const part = datagrams.get(row);
      if (part === undefined || part.datagram < 0) continue;
      // That is no fragment that is missing: see OverlappingFragments.
      this.open.delete(part.contradicts ?? -1);
      if (part.whole !== null) this.open.delete(part.datagram);
      else this.add(part.datagram, row + rowBase);
    }
  }

  /** What is open now. */
  list(): { readonly count: number; readonly proof: Proof } {
    const all = new Proof();
    for (const proof of [this.settled, ...this.open.values()]) this.join(all, proof);
    all.rows.sort((x, y) => x - y);
    return { count: this.settledCount + this.open.size, proof: all };
  }

  private add(datagram: number, row: number): void {
    const known = this.open.get(datagram);
    if (known !== undefined) {
      known.add(row, this.most);
      return;
    }
    const proof = new Proof();
    proof.add(row, this.most);
    this.open.set(datagram, proof);
    if (this.open.size > MOST_OPEN) this.settleEldest();
  }

  /** Half of them at a time: to find the eldest of a map takes as long as there are gaps before it. */
  private settleEldest(): void {
    let left = MOST_OPEN / 2;
    for (const [datagram, proof] of this.open) {
      if (left-- === 0) return;
      this.open.delete(datagram);
      this.settledCount++;
      this.join(this.settled, proof);
    }
  }

  private join(all: Proof, { rows, count }: Proof): void {
    for (const row of rows) all.add(row, this.most);
    all.count += count - rows.length;
  }
}
