import { flagsInSteps } from '../diagnosis/analysis.ts';
import { lostRows } from '../session/lost.ts';
import type { Timeline } from '../timeline/types.ts';

/** What is compared of a time line: each packet and each call once, in the order of its rows. */
export interface Units {
  readonly timeline: Timeline;
  readonly length: number;
  /** 1 where the unit is a call. */
  readonly isCall: Uint8Array;
  /** The packet (a row of the columns) or the call (an index). */
  readonly subjects: Uint32Array;
  /** The row of the time line: of a call its return, of one that never returned its entry. */
  readonly rows: Uint32Array;
  /** Bits of FLAG, by packet: what TCP analysis says of it. */
  readonly analysis: Uint32Array;
  /** Packets that the lab dropped. */
  readonly lost: ReadonlySet<number>;
}

/** Units in one step: some milliseconds. */
export const UNITS_A_STEP = 1 << 13;

/** Lists the units of a time line, with a turn for others every so often. */
export function* unitsOf(timeline: Timeline): Generator<void, Units> {
  const { session, rowCount } = timeline;
  const isCall = new Uint8Array(rowCount);
  const subjects = new Uint32Array(rowCount);
  const rows = new Uint32Array(rowCount);
  let length = 0;
  for (let index = 0; index < rowCount; index++) {
    if (index % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    const row = timeline.row(index);
    if (row.kind === 'enter' && session.calls[row.call]?.exitNs !== null) continue;
    isCall[length] = row.kind === 'packet' ? 0 : 1;
    subjects[length] = row.kind === 'packet' ? row.packet : row.call;
    rows[length++] = index;
  }
  const analysis = yield* flagsInSteps(session.capture);
  return { timeline, length, isCall, subjects, rows, analysis, lost: lostRows(session) };
}
