import { CopyDelays } from './copy-delays.ts';
import { PATH_NS, TWICE_NS } from './time-limits.ts';

/** So often it is looked far in vain before any copy is found, and for each copy so many times more. After that nearby. */
const LOOKS = 4096;
const LOOKS_FOR_EACH = 16;
/** Nearby: most copies stand right behind the packet. */
const NEAR_NS = 200e3;
/** So many frames are compared in vain, and one more for each of so many rows. */
const COMPARISONS = 16_384;
const ROWS_FOR_ONE = 160;
/** So often a packet is looked for that another end of the path may have captured, and for each that is found so many times more. */
const PATH_LOOKS = 64;
/** To look back through 2⁷ rows in vain counts as one more. */
const FAR_SHIFT = 7;

/**
 * How far it pays to look for the first captures of packets, and how late their second ones come. All of it goes by rows: in
 * what pieces a capture is read changes nothing.
 */
export class LookBudget {
  readonly delays = new CopyDelays();
  private looks = LOOKS;
  private comparisons = COMPARISONS;
  private forgiven = 0;
  private pathLooks = PATH_LOOKS;
  private isPath = false;

  /** How long before a packet its first capture is looked for, in ns; -1: not at all, where many were compared in vain. */
  get reachNs(): number {
    if (this.comparisons <= 0) return -1;
    return this.isFar ? TWICE_NS : NEAR_NS;
  }

  /** The same where the capture is known to be of both ends of a path. */
  get farthestNs(): number {
    return this.knowsPath && this.mayBePath ? PATH_NS : this.reachNs;
  }

  /** Whether a packet was captured at both ends of its path. */
  get knowsPath(): boolean {
    return this.isPath;
  }

  /** Whether it pays to look whether one was. */
  get mayBePath(): boolean {
    return this.pathLooks > 0 && this.comparisons > 0;
  }

  /** It was looked for the capture of a packet so many `hops` before, and found, or in vain: null. */
  lookAlongPath(hops: number | null): void {
    this.pathLooks += hops === null ? -1 : LOOKS_FOR_EACH;
    if (hops !== null && hops > 0) this.isPath = true;
  }

  get isFar(): boolean {
    return this.looks > 0;
  }

  /** The capture has come to this row. */
  reach(row: number): void {
    const earned = Math.floor(row / ROWS_FOR_ONE);
    if (earned <= this.forgiven) return;
    this.comparisons = Math.min(COMPARISONS, this.comparisons + earned - this.forgiven);
    this.forgiven = earned;
  }

  /** Two frames are compared. */
  compare(): void {
    this.comparisons--;
  }

  /** Nothing was found in so many rows. */
  lookInVain(rows: number): void {
    if (this.isFar) this.looks -= 1 + (rows >> FAR_SHIFT);
  }

  /** A copy was found. */
  find(): void {
    this.looks += LOOKS_FOR_EACH;
    this.comparisons += LOOKS_FOR_EACH;
  }
}
