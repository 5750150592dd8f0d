import type { Capture } from '../../capture/capture.ts';
import { type Columns, PROTOCOL } from '../../capture/columns.ts';
import { atOnce } from '../timeline/time-order.ts';
import { RecentFrames } from './recent-frames.ts';
import { SecondCaptures } from './second-captures.ts';
import { type SegmentObserver, StrictAnalysis } from './strict-flags.ts';

/** Rows that are looked through in one step. */
const ROWS_A_STEP = 2048;

/** The second captures of packets among the rows of a capture that is held. */
export class HeldSeconds implements SegmentObserver {
  /** By row: one more than the row of the first capture, 0 for those that are none. */
  private firsts = new Int32Array(0);
  private readonly frames = new RecentFrames();
  private readonly seconds = new SecondCaptures(this.frames);
  private readonly analysis: StrictAnalysis;
  private rows = 0;

  constructor({ flows }: Capture) {
    this.analysis = new StrictAnalysis(flows, null, this, this.seconds);
  }

  /** How many there are. */
  get count(): number {
    return this.seconds.count;
  }

  /** Row of the packet's first capture; -1 where the row is not a second one. */
  firstOf(row: number): number {
    return (this.firsts[row] ?? 0) - 1;
  }

  covers({ columns }: Capture): boolean {
    return this.rows >= columns.length;
  }

  /** Takes in the rows that came since the last time. Two may be at it: neither goes over what the other has done. */
  *update(capture: Capture): Generator<void, this> {
    const { columns } = capture;
    while (this.rows < columns.length) {
      const [from, to] = [this.rows, Math.min(this.rows + ROWS_A_STEP, columns.length)];
      this.frames.take(columns, 0, capture);
      this.seconds.take(columns, 0);
      for (let row = from; row < to; row++)
        if (columns.protocol[row] !== PROTOCOL.tcp && this.seconds.isCopy(row)) this.copied(columns, row);
      this.analysis.run(columns, 0, from, to);
      this.rows = to;
      yield;
    }
    return this;
  }

  copied(columns: Columns, row: number): void {
    if (this.firsts.length <= row) {
      const firsts = new Int32Array(Math.max(columns.length, this.firsts.length * 2));
      firsts.set(this.firsts);
      this.firsts = firsts;
    }
    this.firsts[row] = this.seconds.first + 1;
  }

  reserve(): void {}
  segment(): void {}
  segments(): void {}
}

const HELD = new WeakMap<Capture, HeldSeconds>();

/** The second captures up to the last row; looked for when they are first asked for, and on when the capture grows. */
export function secondsOf(capture: Capture): HeldSeconds {
  const held = heldOf(capture);
  return held.covers(capture) ? held : atOnce(held.update(capture));
}

/** The same in steps, between which others may do something. */
export function* secondsInSteps(capture: Capture): Generator<void, HeldSeconds> {
  return yield* heldOf(capture).update(capture);
}

function heldOf(capture: Capture): HeldSeconds {
  const known = HELD.get(capture) ?? new HeldSeconds(capture);
  HELD.set(capture, known);
  return known;
}
