import type { Capture } from '../../capture/capture.ts';
import { StrictAnalysis } from './strict-flags.ts';
import { StrictValues } from './strict-values.ts';

/** The strict analysis of a capture that is held: bits of FLAG and READING by row, and the values beside them. */
export interface Analysis {
  readonly flags: Uint32Array;
  readonly values: StrictValues;
}

class Held implements Analysis {
  flags: Uint32Array = new Uint32Array(0);
  readonly values: StrictValues;
  private readonly strict: StrictAnalysis;
  private rows = 0;

  constructor(capture: Capture) {
    this.values = new StrictValues((row) => capture.frame(row));
    this.strict = new StrictAnalysis(capture.flows, this.values);
  }

  /** Takes in the rows that came since the last time. */
  update({ columns }: Capture): this {
    if (columns.length > this.rows) {
      this.flags = this.strict.run(columns, 0, this.rows);
      this.rows = columns.length;
    }
    return this;
  }
}

const ANALYSES = new WeakMap<Capture, Held>();

/** The analysis of a capture up to its last row; made when it is first asked for, and carried on when the capture grows. */
export function analysisOf(capture: Capture): Analysis {
  let known = ANALYSES.get(capture);
  if (known === undefined) {
    known = new Held(capture);
    ANALYSES.set(capture, known);
  }
  return known.update(capture);
}
