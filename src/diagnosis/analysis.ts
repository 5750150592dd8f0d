import type { Capture } from '../../capture/capture.ts';
import { wholePacket } from '../../capture/datagram.ts';
import { atOnce } from '../timeline/time-order.ts';
import { StrictAnalysis } from './strict-flags.ts';
import { StrictValues } from './strict-values.ts';

/** The strict analysis of a capture that is held: bits of FLAG and READING by row, and the values beside them. */
export interface Analysis {
  readonly flags: Uint32Array;
  readonly values: StrictValues;
}

/** Rows that are analysed in one step: some milliseconds, for the options of segments are read from the file. */
const ROWS_A_STEP = 2048;

/** What is known of a capture so far. */
class Held<Values extends StrictValues | null> {
  flags: Uint32Array = new Uint32Array(0);
  readonly values: Values;
  private readonly strict: StrictAnalysis;
  private rows = 0;

  constructor(capture: Capture, values: Values) {
    this.values = values;
    this.strict = new StrictAnalysis(capture.flows, values);
  }

  covers({ columns }: Capture): boolean {
    return this.rows >= columns.length;
  }

  /** Takes in the rows that came since the last time. Two may be at it: neither goes over what the other has done. */
  *update({ columns }: Capture): Generator<void, this> {
    while (this.rows < columns.length) {
      const to = Math.min(this.rows + ROWS_A_STEP, columns.length);
      this.flags = this.strict.run(columns, 0, this.rows, to);
      this.rows = to;
      yield;
    }
    return this;
  }
}

const ANALYSES = new WeakMap<Capture, Held<StrictValues>>();
const FLAGS = new WeakMap<Capture, Held<null>>();

/** The analysis of a capture up to its last row; made when it is first asked for, and carried on when the capture grows. */
export function analysisOf(capture: Capture): Analysis {
  const held = heldOf(capture);
  return held.covers(capture) ? held : atOnce(held.update(capture));
}

/** The same in steps, between which others may do something: that of millions of rows takes seconds. */
export function* analysisInSteps(capture: Capture): Generator<void, Analysis> {
  return yield* heldOf(capture).update(capture);
}

/** The flags alone, which are made much faster than the values. */
export function flagsOf(capture: Capture): Uint32Array {
  const held = flagsHeldOf(capture);
  return held.covers(capture) ? held.flags : atOnce(held.update(capture)).flags;
}

/** The same in steps. */
export function* flagsInSteps(capture: Capture): Generator<void, Uint32Array> {
  return (yield* flagsHeldOf(capture).update(capture)).flags;
}

function heldOf(capture: Capture): Held<StrictValues> {
  const known = ANALYSES.get(capture);
  if (known !== undefined) return known;
  const made = new Held(capture, new StrictValues((row) => wholePacket(capture, row)));
  ANALYSES.set(capture, made);
  return made;
}

/** One with values will do where there is one that is finished. */
function flagsHeldOf(capture: Capture): Held<StrictValues | null> {
  const whole = ANALYSES.get(capture);
  if (whole?.covers(capture)) return whole;
  const known = FLAGS.get(capture);
  if (known !== undefined) return known;
  const made = new Held(capture, null);
  FLAGS.set(capture, made);
  return made;
}
