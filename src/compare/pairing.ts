import { filled, nones } from '../timeline/fill-in-steps.ts';
import { alignInSteps } from './align.ts';
import type { Signatures } from './signatures.ts';
import { pairConnections, pairRoles, StrandFinder } from './strands.ts';
import { UNITS_A_STEP, type Units } from './units.ts';

const STRANDS_A_STEP = 16;

/** Which unit of one run is which of the other; -1 where it has none there. */
export interface Pairing {
  readonly partnerOfLeft: Int32Array;
  readonly partnerOfRight: Int32Array;
  /** Units of the right run by strand: those of strand s are order[start[s]] … order[start[s + 1] - 1]. */
  readonly right: Grouped;
}

/** Units sorted by strand, stable. */
export interface Grouped {
  readonly order: Int32Array;
  readonly start: Int32Array;
}

/**
 * Pairs the units of two runs strand by strand: first those that agree in size and outcome too, then, between those, the
 * ones that are of one kind. Calls that are left over are tried again without regard to their connection.
 */
export function* pairUnits(
  left: Units,
  right: Units,
  ours: Signatures,
  theirs: Signatures,
): Generator<void, Pairing> {
  const connections = yield* pairConnections(left.timeline, right.timeline);
  const [ourRoles, theirRoles] = pairRoles(left.timeline.session, right.timeline.session);
  const finder = new StrandFinder(connections.count);
  const ourStrands = yield* finder.find(left, connections.left, ourRoles ?? new Map());
  yield;
  const theirStrands = yield* finder.find(right, connections.right, theirRoles ?? new Map());
  yield;
  const a = yield* grouped(ourStrands, finder.count);
  const b = yield* grouped(theirStrands, finder.count);
  const partners = new Partners(yield* nones(left.length), yield* nones(right.length));
  for (let strand = 0; strand < finder.count; strand++) {
    const x = members(a, strand);
    const y = members(b, strand);
    if (x.length > 1000 || strand % STRANDS_A_STEP === 0) yield;
    yield* partners.pairStrand(x, y, ours, theirs);
  }
  yield* partners.pairRest(left, right, ours, theirs, [ourRoles ?? new Map(), theirRoles ?? new Map()]);
  return { partnerOfLeft: partners.ofLeft, partnerOfRight: partners.ofRight, right: b };
}

export function* grouped(strands: Int32Array, count: number): Generator<void, Grouped> {
  const start = new Int32Array(count + 1);
  for (let unit = 0; unit < strands.length; unit++) {
    if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    const strand = strands[unit] ?? 0;
    start[strand + 1] = (start[strand + 1] ?? 0) + 1;
  }
  for (let strand = 0; strand < count; strand++) {
    if (strand % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    start[strand + 1] = (start[strand + 1] ?? 0) + (start[strand] ?? 0);
  }
  const next = start.slice();
  const order = yield* filled(new Int32Array(strands.length), 0);
  for (let unit = 0; unit < strands.length; unit++) {
    if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    const strand = strands[unit] ?? 0;
    const at = next[strand] ?? 0;
    order[at] = unit;
    next[strand] = at + 1;
  }
  return { order, start };
}

export function members({ order, start }: Grouped, strand: number): Int32Array {
  return order.subarray(start[strand] ?? 0, start[strand + 1] ?? 0);
}

class Partners {
  readonly ofLeft: Int32Array;
  readonly ofRight: Int32Array;

  constructor(ofLeft: Int32Array, ofRight: Int32Array) {
    this.ofLeft = ofLeft;
    this.ofRight = ofRight;
  }

  *pairStrand(x: Int32Array, y: Int32Array, ours: Signatures, theirs: Signatures): Generator<void, void> {
    if (x.length === 0 || y.length === 0) return;
    const match = yield* alignInSteps(at(ours.fine, x), at(theirs.fine, y));
    let fromX = 0;
    let fromY = 0;
    for (let place = 0; place <= x.length; place++) {
      if (place % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
      const to = place === x.length ? y.length : (match[place] ?? -1);
      if (to < 0) continue;
      // Mostly there is nothing between two pairs: that is not worth views of the arrays.
      if (place > fromX && to > fromY)
        yield* this.pairAlike(x.subarray(fromX, place), y.subarray(fromY, to), ours, theirs);
      if (place < x.length) this.pair(x[place] ?? 0, y[to] ?? 0);
      fromX = place + 1;
      fromY = to + 1;
    }
  }

  *pairRest(
    left: Units,
    right: Units,
    ours: Signatures,
    theirs: Signatures,
    roles: readonly ReadonlyMap<string, number>[],
  ): Generator<void, void> {
    const x = yield* openCalls(left, this.ofLeft, roles[0]);
    const y = yield* openCalls(right, this.ofRight, roles[1]);
    for (const [key, units] of x)
      yield* this.pairAlike(Int32Array.from(units), Int32Array.from(y.get(key) ?? []), ours, theirs);
  }

  private *pairAlike(
    x: Int32Array,
    y: Int32Array,
    ours: Signatures,
    theirs: Signatures,
  ): Generator<void, void> {
    if (x.length === 0 || y.length === 0) return;
    const match = yield* alignInSteps(at(ours.coarse, x), at(theirs.coarse, y));
    for (let place = 0; place < match.length; place++) {
      if (place % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
      const to = match[place] ?? -1;
      if (to >= 0) this.pair(x[place] ?? 0, y[to] ?? 0);
    }
  }

  private pair(left: number, right: number): void {
    this.ofLeft[left] = right;
    this.ofRight[right] = left;
  }
}

function at(signatures: Int32Array, units: Int32Array): Int32Array {
  return units.map((unit) => signatures[unit] ?? 0);
}

function* openCalls(
  { length, isCall, subjects, timeline }: Units,
  partners: Int32Array,
  roles: ReadonlyMap<string, number> | undefined,
): Generator<void, ReadonlyMap<string, number[]>> {
  const open = new Map<string, number[]>();
  for (let unit = 0; unit < length; unit++) {
    if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    if (isCall[unit] === 0 || (partners[unit] ?? -1) >= 0) continue;
    const call = timeline.session.calls[subjects[unit] ?? 0];
    if (call === undefined) continue;
    const key = `${roles?.get(call.role) ?? -1} ${call.thread}`;
    const known = open.get(key);
    if (known === undefined) open.set(key, [unit]);
    else known.push(unit);
  }
  return open;
}
