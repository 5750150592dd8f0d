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
  /** What is counted for these bits; null: nothing. */
  private readonly ofBits = new Map<number, Counted | null>();

  take(found: number, row: number): void {
    let counted = this.ofBits.get(found);
    if (counted === undefined) {
      const reading = readingOfBits(found);
      counted = reading === null ? null : this.countedFor(reading);
      this.ofBits.set(found, counted);
    }
    if (counted !== null) note(counted, row);
  }

  add(reading: Reading, row: number): void {
    note(this.countedFor(reading), row);
  }

  /** The most frequent first. */
  list(): readonly Counted[] {
    return [...this.counts.values()].sort((x, y) => y.count - x.count);
  }

  private countedFor(reading: Reading): Counted {
    const key = `${reading.kind} ${reading.theirs}`;
    const counted = this.counts.get(key) ?? { reading, count: 0, rows: [] };
    this.counts.set(key, counted);
    return counted;
  }
}

function note(counted: Counted, row: number): void {
  counted.count++;
  if (counted.rows.length < KEPT) counted.rows.push(row);
}
