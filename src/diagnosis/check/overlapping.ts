import type { Capture } from '../../../capture/capture.ts';
import type { Columns, Overlap } from '../../../capture/columns.ts';
import { Proof } from './evidence.ts';

/** More than the decoder holds at a time. */
const MOST_KNOWN = 16_384;

/**
 * Fragments that carry bytes of their datagram which had come before. No sender cuts so: whoever repeats one repeats it as it
 * was. A receiver may take either copy (RFC 791 §3.2, RFC 1858, RFC 3128), or none (RFC 5722 for IPv6).
 */
export class OverlappingFragments {
  readonly proof = new Proof();
  /** Fragments whose bytes are others than those that came before. */
  differing = 0;
  /** Fragments of IPv6. */
  v6 = 0;
  /** How many datagrams have such fragments. */
  count = 0;
  /** Of the latest of them. */
  private readonly known = new Set<number>();
  private readonly most: number;

  /** Keeps the first `most` rows. */
  constructor(most: number) {
    this.most = most;
  }

  /** Takes the fragments among rows `from` … `to`. */
  take(columns: Columns, rowBase: number, from: number, to: number, capture: Capture): void {
    const { datagrams, networkAt } = columns;
    if (datagrams.size === 0) return;
    for (let row = from; row < to; row++) {
      const { datagram = -1, overlaps } = datagrams.get(row) ?? {};
      if (datagram < 0 || overlaps === undefined) continue;
      const differs = overlaps.some((overlap) => isDifferent(overlap, capture));
      if (!differs && overlaps.every(({ isWhole }) => isWhole)) continue;
      this.proof.add(row + rowBase, this.most);
      this.noteDatagram(datagram);
      if (differs) this.differing++;
      if ((capture.frame(row)[networkAt[row] ?? 0] ?? 0) >> 4 === 6) this.v6++;
    }
  }

  private noteDatagram(datagram: number): void {
    if (this.known.has(datagram)) return;
    this.count++;
    if (this.known.size === MOST_KNOWN) this.known.clear();
    this.known.add(datagram);
  }
}

function isDifferent({ fileOffset, earlier, captured }: Overlap, capture: Capture): boolean {
  // The bytes that were read first may be gone with the second reading.
  const before = Buffer.from(capture.bytesAt(earlier, captured));
  return !before.equals(capture.bytesAt(fileOffset, captured));
}
