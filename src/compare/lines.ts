import { nones } from '../timeline/fill-in-steps.ts';
import { type Grouped, members, type Pairing } from './pairing.ts';
import { UNITS_A_STEP } from './units.ts';

const STRANDS_A_STEP = 16;

/** The aligned runs as lines: the unit of each run that stands on a line, or -1. */
export interface Lines {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/**
 * One line for each pair and each unit without one, in the order of the left run. What only the right run has stands
 * behind what comes before it there, but within what its own strand allows.
 */
export function* linesOf({ partnerOfLeft, partnerOfRight, right }: Pairing): Generator<void, Lines> {
  const anchors = yield* anchorsOf(partnerOfRight, right);
  const order = yield* sortedByAnchor(partnerOfRight, anchors, partnerOfLeft.length);
  const length = partnerOfLeft.length + order.length;
  const lines = { left: yield* nones(length), right: yield* nones(length) };
  let line = 0;
  let next = 0;
  for (let unit = -1; unit < partnerOfLeft.length; unit++) {
    if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    if (unit >= 0) {
      lines.left[line] = unit;
      lines.right[line++] = partnerOfLeft[unit] ?? -1;
    }
    while (next < order.length && (anchors[order[next] ?? 0] ?? 0) <= unit)
      lines.right[line++] = order[next++] ?? -1;
  }
  return lines;
}

/** The units of the right run that have no partner, by anchor, then in their own order: a counting sort. */
function* sortedByAnchor(
  partners: Int32Array,
  anchors: Int32Array,
  lefts: number,
): Generator<void, Int32Array> {
  // Anchors go from -1 to lefts - 1.
  const next = new Int32Array(lefts + 2);
  let count = 0;
  for (let unit = 0; unit < partners.length; unit++) {
    if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    if ((partners[unit] ?? -1) >= 0) continue;
    const at = (anchors[unit] ?? 0) + 2;
    next[at] = (next[at] ?? 0) + 1;
    count++;
  }
  for (let at = 1; at < next.length; at++) {
    if (at % UNITS_A_STEP === 0) yield;
    next[at] = (next[at] ?? 0) + (next[at - 1] ?? 0);
  }
  const order = new Int32Array(count);
  for (let unit = 0; unit < partners.length; unit++) {
    if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    if ((partners[unit] ?? -1) >= 0) continue;
    const at = (anchors[unit] ?? 0) + 1;
    const place = next[at] ?? 0;
    order[place] = unit;
    next[at] = place + 1;
  }
  return order;
}

/** The unit of the left run behind which each unit of the right run that has no partner stands; -1 before the first. */
function* anchorsOf(partners: Int32Array, strands: Grouped): Generator<void, Int32Array> {
  const anchors = new Int32Array(partners.length);
  let latest = -1;
  for (let unit = 0; unit < partners.length; unit++) {
    if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    const partner = partners[unit] ?? -1;
    if (partner >= 0) latest = partner;
    anchors[unit] = latest;
  }
  for (let strand = 0; strand + 1 < strands.start.length; strand++) {
    if (strand % STRANDS_A_STEP === 0) yield;
    yield* bindStrand(members(strands, strand), partners, anchors);
  }
  return anchors;
}

/** Keeps the order within a strand: not before what precedes a unit in it, not behind what follows. */
function* bindStrand(units: Int32Array, partners: Int32Array, anchors: Int32Array): Generator<void, void> {
  let before = Number.POSITIVE_INFINITY;
  for (let at = units.length - 1; at >= 0; at--) {
    const unit = units[at] ?? 0;
    const partner = partners[unit] ?? -1;
    if (partner >= 0) before = partner;
    else if ((anchors[unit] ?? 0) >= before) anchors[unit] = before - 1;
    if (at % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
  }
  let after = -1;
  for (let at = 0; at < units.length; at++) {
    if (at % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    const unit = units[at] ?? 0;
    const partner = partners[unit] ?? -1;
    if (partner < 0 && (anchors[unit] ?? 0) < after) anchors[unit] = after;
    after = Math.max(after, partner < 0 ? (anchors[unit] ?? 0) : partner);
  }
}
