import { type Reading, readingOfBits } from '../readings.ts';
import { Proof } from './evidence.ts';

interface Counted extends Proof {
  readonly reading: Reading;
}

/** How often our reading is not Wireshark's, by kind and flag, with the first rows. */
export class ReadingCounts {
  private readonly counts = new Map<string, Counted>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  take(found: number, row: number): void {
    const reading = readingOfBits(found);
    if (reading !== null) this.add(reading, row);
  }

  add(reading: Reading, row: number): void {
    const key = `${reading.kind} ${reading.theirs}`;
    let counted = this.counts.get(key);
    if (counted === undefined) {
      counted = Object.assign(new Proof(), { reading });
      this.counts.set(key, counted);
    }
    counted.add(row, this.most);
  }

  /** The most frequent first. */
  list(): readonly Counted[] {
    return [...this.counts.values()].sort((x, y) => y.count - x.count);
  }
}
