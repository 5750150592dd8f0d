import type { UnackedLists } from './unacked.ts';

/** What was seen before of a segment's bytes, of what is not acknowledged. */
export class EarlierCopies {
  /** The latest segment that holds all of them: its row, -1 when there is none, and when it was seen. */
  row = -1;
  latest = 0;
  /** When the eldest that holds them was seen, or the first of several that hold them together; 0: they were not seen. */
  eldest = 0;
  /** Whether some of them were seen, and whether all were. */
  wasTouched = false;
  wasSeen = false;

  /** Looks through the segments of a direction that wait for their acknowledgement. */
  find(unacked: UnackedLists, direction: number, seq: number, end: number): void {
    this.row = -1;
    this.eldest = 0;
    this.wasTouched = false;
    let [reach, first] = [seq, 0];
    for (let cell = unacked.first(direction); cell >= 0; cell = unacked.after(cell)) {
      const [from, to] = [unacked.seqOf(cell), unacked.endOf(cell)];
      if (((from - seq) | 0) <= 0 && ((to - end) | 0) >= 0) {
        // The eldest copy says how long the sender waited; the latest is what this may be a second capture of.
        if (this.row < 0) this.eldest = unacked.timeOf(cell);
        this.row = unacked.rowOf(cell);
        this.latest = unacked.timeOf(cell);
      }
      if (((from - end) | 0) < 0 && ((to - seq) | 0) > 0) this.wasTouched = true;
      if (((from - reach) | 0) > 0 || ((to - reach) | 0) <= 0) continue;
      if (reach === seq) first = unacked.timeOf(cell);
      reach = to;
    }
    // Several together may hold bytes that are now sent in other pieces.
    this.wasSeen = ((reach - end) | 0) >= 0;
    if (this.row < 0 && this.wasSeen) this.eldest = first;
  }
}
