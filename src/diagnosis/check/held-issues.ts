import type { Capture } from '../../../capture/capture.ts';
import { Columns } from '../../../capture/columns.ts';
import { originOf } from '../../../capture/prefix.ts';
import { issuesInSteps } from './find-issues.ts';
import { factsOf, Gathering } from './gather.ts';
import type { Issue } from './report.ts';

/** Rows that are looked at in one step: about a millisecond, for checksums are made over the frames. */
const ROWS_A_STEP = 256;

/** What is gathered of a capture so far. */
class Held {
  readonly gathering = new Gathering();
  rows = 0;

  /** Takes in the rows that came since the last time. Two may be at it: neither goes over what the other has done. */
  *update(origin: Capture, { columns }: Capture): Generator<void, void> {
    const { gathering } = this;
    let shown = columns;
    while (this.rows < columns.length) {
      const to = Math.min(this.rows + ROWS_A_STEP, columns.length);
      if (shown === columns && hasTimeless(origin, columns, this.rows, to)) shown = withOwnTimes(columns);
      if (shown !== columns) gathering.others.fillTimes(shown, 0, origin, this.rows, to);
      gathering.takePart(shown, 0, origin, this.rows, to);
      this.rows = to;
      yield;
    }
  }
}

const HELD = new WeakMap<Capture, Held>();

/**
 * What `check` says is wrong in a capture that is held, gravest first and in steps; `frames` of the issues are rows. A
 * capture that grows is not gone through again.
 */
export function* heldIssues(capture: Capture): Generator<void, readonly Issue[]> {
  const origin = originOf(capture);
  const held = heldOf(origin, capture.columns.length);
  yield* held.update(origin, capture);
  return yield* issuesInSteps(factsOf(capture, held.gathering, (row) => row));
}

/** A part of a capture that was gone through further already has to be looked at by itself. */
function heldOf(origin: Capture, rows: number): Held {
  const known = HELD.get(origin);
  if (known !== undefined && known.rows <= rows) return known;
  const made = new Held();
  if (known === undefined) HELD.set(origin, made);
  return made;
}

function hasTimeless(capture: Capture, { sec }: Columns, from: number, to: number): boolean {
  if (capture.format !== 'pcapng') return false;
  for (let row = from; row < to; row++) if (sec[row] === 0 && !capture.hasTime(row)) return true;
  return false;
}

/** The same columns with times that may be filled in: those of the capture are shown. */
function withOwnTimes(columns: Columns): Columns {
  const { sec, nsec } = columns;
  return Object.assign(Object.create(Columns.prototype), columns, { sec: sec.slice(), nsec: nsec.slice() });
}
