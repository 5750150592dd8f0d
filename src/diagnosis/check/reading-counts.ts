import { type Reading, readingOfBits } from '../readings.ts';
import { Proof } from './evidence.ts';

interface Counted extends Proof {
  readonly reading: Reading;
}

/** How often our reading is not Wireshark's, by kind and flag, with the first rows. */
export class ReadingCounts {
  private readonly counts = new Map<string, Counted>();
  /** What is counted for these bits; null: nothing. */
  private readonly ofBits = new Map<number, Counted | null>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  take(found: number, row: number): void {
    let counted = this.ofBits.get(found);
    if (counted === undefined) {
      const reading = readingOfBits(found);
      counted = reading === null ? null : this.countedFor(reading);
      this.ofBits.set(found, counted);
    }
    counted?.add(row, this.most);
  }

  add(reading: Reading, row: number): void {
    this.countedFor(reading).add(row, this.most);
  }

  /** The most frequent first. */
  list(): readonly Counted[] {
    return [...this.counts.values()].sort((x, y) => y.count - x.count);
  }

  private countedFor(reading: Reading): Counted {
    const key = `${reading.kind} ${reading.theirs}`;
    const counted = this.counts.get(key) ?? Object.assign(new Proof(), { reading });
    this.counts.set(key, counted);
    return counted;
  }
}
