import { type Reading, readingOfBits } from '../readings.ts';

const KEPT = 5;

interface Counted {
  readonly reading: Reading;
  count: number;
  readonly rows: number[];
}

/** How often our reading is not Wireshark's, by kind and flag, with the first rows. */
export class ReadingCounts {
  private readonly counts = new Map<string, Counted>();

  take(found: number, row: number): void {
    const reading = readingOfBits(found);
    if (reading !== null) this.add(reading, row);
  }

  add(reading: Reading, row: number): void {
    const key = `${reading.kind} ${reading.theirs}`;
    let counted = this.counts.get(key);
    if (counted === undefined) {
      counted = { reading, count: 0, rows: [] };
      this.counts.set(key, counted);
    }
    counted.count++;
    if (counted.rows.length < KEPT) counted.rows.push(row);
  }

  /** The most frequent first. */
  list(): readonly Counted[] {
    return [...this.counts.values()].sort((x, y) => y.count - x.count);
  }
}
