import { nones } from '../timeline/fill-in-steps.ts';
import { atOnce, CELLS_A_STEP } from '../timeline/time-order.ts';

/** Edits after which a search stops and goes on from the furthest place that it reached: bounds time and memory. */
const MOST_EDITS = 400;
/** Edits that are tried before others may do something: about a millisecond where there are many. */
const EDITS_A_STEP = 32;

/**
 * Aligns two sequences of signatures: for each place of `left` the place of `right` that it is paired with, ascending, or
 * -1. Eugene Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): as few unpaired places as can be, exactly
 * so up to `most` edits; in longer ones piece by piece.
 */
export function align(left: Int32Array, right: Int32Array, most = MOST_EDITS): Int32Array {
  return atOnce(alignInSteps(left, right, most));
}

/** The same in steps, between which others may do something: sequences may be millions long. */
export function* alignInSteps(
  left: Int32Array,
  right: Int32Array,
  most = MOST_EDITS,
): Generator<void, Int32Array> {
  const match = yield* nones(left.length);
  let from = 0;
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (from < leftEnd && from < rightEnd && left[from] === right[from]) {
    match[from] = from++;
    if (from % CELLS_A_STEP === 0) yield;
  }
  while (leftEnd > from && rightEnd > from && left[leftEnd - 1] === right[rightEnd - 1]) {
    match[--leftEnd] = --rightEnd;
    if (leftEnd % CELLS_A_STEP === 0) yield;
  }
  // What the other side does not have at all can have no partner; leaving it out makes the search short.
  const ours = yield* common(left, from, leftEnd, yield* signaturesOf(right, from, rightEnd));
  const theirs = yield* common(right, from, rightEnd, yield* signaturesOf(left, from, leftEnd));
  const search = new Search(signaturesAt(left, ours), signaturesAt(right, theirs), most);
  yield* search.run((x, y) => {
    match[ours[x] ?? 0] = theirs[y] ?? 0;
  });
  return match;
}

function* signaturesOf(cells: Int32Array, from: number, end: number): Generator<void, ReadonlySet<number>> {
  const signatures = new Set<number>();
  for (let at = from; at < end; at++) {
    signatures.add(cells[at] ?? 0);
    if (at % CELLS_A_STEP === 0) yield;
  }
  return signatures;
}

/** Places whose signature is among the wanted ones. */
function* common(
  cells: Int32Array,
  from: number,
  end: number,
  wanted: ReadonlySet<number>,
): Generator<void, Int32Array> {
  const places = new Int32Array(end - from);
  let length = 0;
  for (let at = from; at < end; at++) {
    if (wanted.has(cells[at] ?? 0)) places[length++] = at;
    if (at % CELLS_A_STEP === 0) yield;
  }
  return places.subarray(0, length);
}

function signaturesAt(cells: Int32Array, places: Int32Array): Int32Array {
  return places.map((place) => cells[place] ?? 0);
}

class Search {
  private readonly left: Int32Array;
  private readonly right: Int32Array;
  private readonly most: number;
  /** Furthest place of `left` on each diagonal (place of left - place of right), for each number of edits. */
  private readonly trace: Int32Array[] = [];

  constructor(left: Int32Array, right: Int32Array, most: number) {
    this.left = left;
    this.right = right;
    this.most = most;
  }

  *run(pair: (x: number, y: number) => void): Generator<void, void> {
    let x = 0;
    let y = 0;
    while (x < this.left.length && y < this.right.length) [x, y] = yield* this.piece(x, y, pair);
  }

  /** Searches on from a place until the end or until there are too many edits; gives where it ended. */
  private *piece(
    x0: number,
    y0: number,
    pair: (x: number, y: number) => void,
  ): Generator<void, readonly [number, number]> {
    const width = this.left.length - x0;
    const height = this.right.length - y0;
    const { trace } = this;
    trace.length = 0;
    for (let edits = 0; ; edits++) {
      if (edits % EDITS_A_STEP === 0) yield;
      const reached = new Int32Array(2 * edits + 1);
      trace.push(reached);
      let best = 0;
      let bestSum = -1;
      for (let k = -edits; k <= edits; k += 2) {
        let x = this.start(edits, k);
        while (x < width && x - k < height && this.left[x0 + x] === this.right[y0 + x - k]) x++;
        reached[k + edits] = x;
        // Beyond an edge is no place to go on from.
        if (x > width || x - k > height) continue;
        if (x === width && x - k === height) {
          this.back(edits, k, x0, y0, pair);
          return [this.left.length, this.right.length];
        }
        if (2 * x - k > bestSum) {
          bestSum = 2 * x - k;
          best = k;
        }
      }
      if (edits < this.most || bestSum < 1) continue;
      this.back(edits, best, x0, y0, pair);
      const x = reached[best + edits] ?? 0;
      return [x0 + x, y0 + x - best];
    }
  }

  /** Where a diagonal is entered with so many edits: from the one below by an insertion, or from above by a deletion. */
  private start(edits: number, k: number): number {
    if (edits === 0) return 0;
    const before = this.trace[edits - 1];
    const at = (diagonal: number): number => before?.[diagonal + edits - 1] ?? 0;
    const isDown = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    return isDown ? at(k + 1) : at(k - 1) + 1;
  }

  /** Follows the way back and tells the pairs on it. */
  private back(
    edits: number,
    diagonal: number,
    x0: number,
    y0: number,
    pair: (x: number, y: number) => void,
  ): void {
    let k = diagonal;
    for (let edit = edits; edit >= 0; edit--) {
      const end = this.trace[edit]?.[k + edit] ?? 0;
      const start = this.start(edit, k);
      for (let x = end - 1; x >= start; x--) pair(x0 + x, y0 + x - k);
      if (edit === 0) return;
      const before = this.trace[edit - 1];
      const at = (other: number): number => before?.[other + edit - 1] ?? 0;
      k = k === -edit || (k !== edit && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
    }
  }
}
