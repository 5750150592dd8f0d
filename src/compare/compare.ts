import { atOnce } from '../timeline/time-order.ts';
import type { Timeline } from '../timeline/types.ts';
import { type Difference, differencesOf, surelySame } from './differences.ts';
import { type Lines, linesOf } from './lines.ts';
import { type Measure, measuresOf } from './measures.ts';
import { pairUnits } from './pairing.ts';
import { SignatureBook } from './signatures.ts';
import { type Units, unitsOf } from './units.ts';

/** How a line of two runs side by side stands. */
export const LINE_KINDS = ['same', 'differs', 'left', 'right'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** Two runs, row against row by what the rows mean. */
export interface Comparison {
  readonly left: Timeline;
  readonly right: Timeline;
  /** Lines: packets and calls, paired or alone. */
  readonly length: number;
  kind(line: number): LineKind;
  /** Row of the time line of either run on a line; null where that run has nothing there. A call stands at its return. */
  leftRow(line: number): number | null;
  rightRow(line: number): number | null;
  differences(line: number): readonly Difference[];
  /** The row of the other run that a row of one is paired with; of a row without one, that of the last row before it that has one; else 0. */
  partner(of: 'left' | 'right', row: number): number;
  /** The lines that are not the same, ascending. */
  readonly unlike: Uint32Array;
  readonly counts: Readonly<Record<LineKind, number>>;
  /** Sums of both runs, side by side; first the parameters that differ. */
  readonly measures: readonly Measure[];
}

const LINES_A_STEP = 1 << 13;

/** Compares two runs. Pure: the same two time lines give the same comparison. */
export function compareTimelines(left: Timeline, right: Timeline): Comparison {
  return atOnce(compareInSteps(left, right));
}

/** The same in steps, so that a screen can listen to keys in between. */
export function* compareInSteps(left: Timeline, right: Timeline): Generator<void, Comparison> {
  const ours = yield* unitsOf(left);
  yield;
  const theirs = yield* unitsOf(right);
  yield;
  const book = new SignatureBook();
  const leftSignatures = yield* book.of(ours);
  yield;
  const rightSignatures = yield* book.of(theirs);
  yield;
  const pairing = yield* pairUnits(ours, theirs, leftSignatures, rightSignatures);
  yield;
  const lines = yield* linesOf(pairing);
  const kinds = yield* kindsOf(lines, ours, theirs);
  yield;
  const counts = { same: 0, differs: 0, left: 0, right: 0 };
  const tally = new Float64Array(LINE_KINDS.length);
  for (let line = 0; line < kinds.length; line++) {
    if (line % LINES_A_STEP === LINES_A_STEP - 1) yield;
    const kind = kinds[line] ?? SAME;
    tally[kind] = (tally[kind] ?? 0) + 1;
  }
  LINE_KINDS.forEach((kind, index) => {
    counts[kind] = tally[index] ?? 0;
  });
  const unlike = new Uint32Array(kinds.length - counts.same);
  let next = 0;
  for (let line = 0; line < kinds.length; line++) {
    if (line % LINES_A_STEP === LINES_A_STEP - 1) yield;
    if (kinds[line] !== SAME) unlike[next++] = line;
  }
  const measures = yield* measuresOf(ours, theirs);
  const { partnerOfLeft, partnerOfRight } = pairing;
  const rowOf = (units: Units, unit: number): number | null => (unit < 0 ? null : (units.rows[unit] ?? null));
  return {
    ...{ left, right, length: kinds.length, unlike, counts },
    kind: (line) => LINE_KINDS[kinds[line] ?? SAME] ?? 'same',
    leftRow: (line) => rowOf(ours, lines.left[line] ?? -1),
    rightRow: (line) => rowOf(theirs, lines.right[line] ?? -1),
    differences: (line) =>
      kinds[line] === DIFFERS
        ? differencesOf(ours, lines.left[line] ?? 0, theirs, lines.right[line] ?? 0)
        : [],
    partner: (of, row) =>
      of === 'left'
        ? partnerOf(ours, row, partnerOfLeft, theirs)
        : partnerOf(theirs, row, partnerOfRight, ours),
    measures,
  };
}

/** The row of the last unit up to `row` that has a partner: that of the partner; 0 where none has. */
function partnerOf(own: Units, row: number, partners: Int32Array, other: Units): number {
  let low = 0;
  let high = own.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((own.rows[middle] ?? 0) <= row) low = middle + 1;
    else high = middle;
  }
  for (let unit = low - 1; unit >= 0; unit--) {
    const partner = partners[unit] ?? -1;
    if (partner >= 0) return other.rows[partner] ?? 0;
  }
  return 0;
}

const SAME = LINE_KINDS.indexOf('same');
const DIFFERS = LINE_KINDS.indexOf('differs');

function* kindsOf({ left, right }: Lines, ours: Units, theirs: Units): Generator<void, Uint8Array> {
  const kinds = new Uint8Array(left.length);
  for (let line = 0; line < left.length; line++) {
    if (line % LINES_A_STEP === LINES_A_STEP - 1) yield;
    const x = left[line] ?? -1;
    const y = right[line] ?? -1;
    kinds[line] =
      x < 0
        ? LINE_KINDS.indexOf('right')
        : y < 0
          ? LINE_KINDS.indexOf('left')
          : kindOfPair(ours, x, theirs, y);
  }
  return kinds;
}

function kindOfPair(ours: Units, x: number, theirs: Units, y: number): number {
  if (ours.isCall[x] === 0 && surelySame(ours, ours.subjects[x] ?? 0, theirs, theirs.subjects[y] ?? 0))
    return SAME;
  return differencesOf(ours, x, theirs, y).length === 0 ? SAME : DIFFERS;
}
