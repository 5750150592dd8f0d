import { random } from '../bench/generate.ts';

/** Choices of one input, the same for the same seed and number. */
export class Numbers {
  private readonly next: () => number;

  constructor(seed: number, index: number) {
    this.next = random(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b));
  }

  /** A whole number from 0 to below `limit`; 0 for a limit of 0. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of the values; `otherwise` of an empty list. */
  of<T>(values: ArrayLike<T>, otherwise: T): T {
    return values[this.below(values.length)] ?? otherwise;
  }

  /** A number of 32 bits, mostly one at which something may turn over. */
  word(): number {
    return this.chance(0.3) ? this.below(0x1_0000_0000) : this.of(EDGES, 0);
  }
}

const EDGES = [
  ...[0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 15, 16, 19, 20, 27, 28, 31, 32, 40, 60, 64, 127, 128, 255, 256],
  ...[0x7fff, 0x8000, 0xffff, 0x1_0000, 262_143, 262_144, 262_145, 0xff_ffff, 0x100_0000, 0x100_0004],
  ...[0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_fffc, 0xffff_ffff, 999_999_999, 1_000_000_000],
];
