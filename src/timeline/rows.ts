import type { Clock } from './clock.ts';
import { CELLS_A_STEP, orderInSteps } from './time-order.ts';
import type { Row } from './types.ts';

const PACKET = 0;
const ENTER = 1;
const EXIT = 2;
/** So many rows are chosen from three lists before others may do something. */
const MERGED_A_STEP = 16_384;
/** A call that took longer than this blocked, and gets a row for its entry. */
export const BLOCKED_NS = 1e6;

/** The rows of a time line as columns: what happens, to which packet or call, in order of time. */
export interface Rows {
  readonly length: number;
  readonly kinds: Uint8Array;
  readonly subjects: Uint32Array;
  readonly times: Float64Array;
  /** Every row is the packet of the same number: a capture without calls, in order of time. */
  readonly isPlain: boolean;
}

/**
 * Merges packets and calls by time. Where times are equal an entry stands first and a return last: causes before effects.
 * `acted` is 1 for calls while which a packet of theirs was sent or came: then the entry has a row of its own. In steps.
 */
export function* mergeRows(clock: Clock, acted: Uint8Array): Generator<void, Rows> {
  if (clock.enters.length === 0) return yield* packetRows(clock);
  const enters: number[] = [];
  const exits: number[] = [];
  for (let call = 0; call < clock.enters.length; call++) {
    if (call % CELLS_A_STEP === 0) yield;
    const took = (clock.exits[call] ?? 0) - (clock.enters[call] ?? 0);
    if (took >= BLOCKED_NS || (acted[call] ?? 0) === 1) enters.push(call);
    if (Number.isFinite(took)) exits.push(call);
  }
  const lists = [
    { kind: ENTER, subjects: yield* sortedBy(enters, clock.enters), times: clock.enters },
    { kind: PACKET, subjects: clock.order, times: clock.packets },
    { kind: EXIT, subjects: yield* sortedBy(exits, clock.exits), times: clock.exits },
  ] as const;
  const length = enters.length + exits.length + clock.order.length;
  const rows = {
    length,
    kinds: new Uint8Array(length),
    subjects: new Uint32Array(length),
    times: new Float64Array(length),
    isPlain: false,
  };
  const heads = [0, 0, 0];
  for (let row = 0; row < length; row++) {
    if (row % MERGED_A_STEP === 0) yield;
    let best = -1;
    let bestNs = Number.POSITIVE_INFINITY;
    for (let which = 0; which < lists.length; which++) {
      const list = lists[which];
      const head = heads[which] ?? 0;
      if (list === undefined || head >= list.subjects.length) continue;
      const ns = list.times[list.subjects[head] ?? 0] ?? 0;
      if (best >= 0 && ns >= bestNs) continue;
      best = which;
      bestNs = ns;
    }
    const list = lists[best];
    if (list === undefined) break;
    rows.kinds[row] = list.kind;
    rows.subjects[row] = list.subjects[heads[best] ?? 0] ?? 0;
    rows.times[row] = bestNs;
    heads[best] = (heads[best] ?? 0) + 1;
  }
  return rows;
}

/** The rows of a capture without calls: its packets. */
function* packetRows({ order, packets }: Clock): Generator<void, Rows> {
  const { length } = order;
  const times = new Float64Array(length);
  let isPlain = true;
  for (let row = 0; row < length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    if (order[row] !== row) isPlain = false;
    times[row] = packets[order[row] ?? 0] ?? 0;
  }
  return { length, kinds: new Uint8Array(length), subjects: order, times, isPlain };
}

export function rowAt(rows: Rows, index: number): Row {
  if (!(index >= 0 && index < rows.length)) throw new RangeError(`no row ${index}, there are ${rows.length}`);
  const subject = rows.subjects[index] ?? 0;
  const kind = rows.kinds[index] ?? 0;
  if (kind === PACKET) return { kind: 'packet', packet: subject };
  return { kind: kind === ENTER ? 'enter' : 'exit', call: subject };
}

/** Finds the rows of packets and calls; the tables are made when the first is asked for. */
export class RowFinder {
  private readonly rows: Rows;
  private tables: readonly [packets: Int32Array, entries: Int32Array, returns: Int32Array] | null = null;

  constructor(rows: Rows) {
    this.rows = rows;
  }

  packet(packet: number): number {
    return this.find(PACKET, packet);
  }

  entry(call: number): number {
    return this.find(ENTER, call);
  }

  return(call: number): number {
    return this.find(EXIT, call);
  }

  private find(kind: number, subject: number): number {
    const { isPlain, length } = this.rows;
    if (isPlain) return kind === PACKET && subject >= 0 && subject < length ? subject : -1;
    if (this.tables === null) for (const _ of this.prepare());
    return this.tables?.[kind]?.[subject] ?? -1;
  }

  /** Makes the tables, in steps. */
  *prepare(): Generator<void, void> {
    if (this.tables !== null || this.rows.isPlain) return;
    const { length, kinds, subjects } = this.rows;
    const most = [0, 0, 0];
    for (let row = 0; row < length; row++) {
      if (row % CELLS_A_STEP === 0) yield;
      const kind = kinds[row] ?? 0;
      if ((subjects[row] ?? 0) >= (most[kind] ?? 0)) most[kind] = (subjects[row] ?? 0) + 1;
    }
    const table = (kind: number) => new Int32Array(most[kind] ?? 0).fill(-1);
    const tables: [Int32Array, Int32Array, Int32Array] = [table(PACKET), table(ENTER), table(EXIT)];
    yield;
    for (let row = 0; row < length; row++) {
      if (row % CELLS_A_STEP === 0) yield;
      const kind = tables[kinds[row] ?? 0];
      if (kind !== undefined) kind[subjects[row] ?? 0] = row;
    }
    this.tables = tables;
  }
}

function* sortedBy(calls: readonly number[], times: Float64Array): Generator<void, Uint32Array> {
  const own = new Float64Array(calls.length);
  for (let place = 0; place < own.length; place++) own[place] = times[calls[place] ?? 0] ?? 0;
  yield;
  const order = yield* orderInSteps(own);
  for (let place = 0; place < order.length; place++) order[place] = calls[order[place] ?? 0] ?? 0;
  yield;
  return order;
}
