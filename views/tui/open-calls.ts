import type { Timeline } from '../../src/timeline/types.ts';
import type { OpenLanes } from '../ladder/line-drawer.ts';

/** Calls of one lane that block, by the row of their entry; several are open at once only inside a sendall or threads. */
interface Stays {
  readonly entries: number[];
  readonly returns: number[];
}

/** A lane's calls that are looked at backwards from a row: a sendall stays open around thousands of sends. */
const LOOK_BACK = 8;

/** Tells for any row, without those before it, in which lanes a call is open. */
export class OpenCalls {
  private readonly lanes: readonly Stays[];

  constructor(timeline: Timeline, laneOf: (role: string) => number | undefined, lanes: number) {
    this.lanes = Array.from({ length: lanes }, () => ({ entries: [], returns: [] }));
    timeline.session.calls.forEach((call, index) => {
      const entry = timeline.rowOfEntry(index);
      // Most calls have none.
      if (entry < 0) return;
      const stays = this.lanes[laneOf(call.role) ?? -1];
      if (stays === undefined) return;
      const back = timeline.rowOfReturn(index);
      stays.entries.push(entry);
      stays.returns.push(back < 0 ? Number.POSITIVE_INFINITY : back);
    });
  }

  /** The lanes as they are once the row has happened. */
  after(row: number): OpenLanes {
    return { isOpen: (lane) => this.isOpen(lane, row) };
  }

  private isOpen(lane: number, row: number): boolean {
    const stays = this.lanes[lane];
    if (stays === undefined) return false;
    const last = countUpTo(stays.entries, row) - 1;
    for (let at = last; at >= 0 && at > last - LOOK_BACK; at--)
      if ((stays.returns[at] ?? 0) > row) return true;
    return false;
  }
}

/** How many of the ascending numbers are at most `limit`. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
