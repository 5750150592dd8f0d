import type { Columns } from '../../capture/columns.ts';
import type { Call } from '../sockets/call.ts';
import { atOnce, CELLS_A_STEP, orderInSteps } from '../timeline/time-order.ts';
import type { CallRowKind, FileOrder, Marks, Session } from './session.ts';

/** Wireshark's frame.number of packets and calls, from 1. */
export interface FrameNumbers {
  readonly count: number;
  ofPacket(row: number): number;
  /** Of the row at which the call returned; of its entry where it never did; null where it has no row. */
  ofCall(call: number): number | null;
  /** Of the row at which a call that blocked was entered; null where it has none. */
  ofEntry(call: number): number | null;
}

export type FileRow =
  | { readonly kind: 'packet'; readonly packet: number }
  | { readonly kind: 'call'; readonly call: number; readonly row: CallRowKind };

const BLOCKED_NS = 1_000_000n;
/** Calls whose times are read in about a millisecond. */
const CALLS_A_STEP = 2048;

/** Whether a call has a row of its own for its entry: it blocked for more than 1 ms, or it has not returned. */
export function hasEntryRow(call: Call): boolean {
  return call.exitNs === null || call.exitNs - call.enterNs > BLOCKED_NS;
}

/** The order of a session's rows in the finished file: by time, true to 1 µs; causes before effects where times tie. */
export function sortedOrder(columns: Columns, calls: readonly Call[]): FileOrder {
  return atOnce(sortedInSteps(columns, calls));
}

/** The same in steps. */
export function* sortedInSteps(columns: Columns, calls: readonly Call[]): Generator<void, FileOrder> {
  const packets = timeOrder(columns);
  yield;
  const rows = yield* callRows(calls);
  const before = new Uint32Array(rows.length);
  let packet = 0;
  for (let row = 0; row < rows.length; row++) {
    if (row % CALLS_A_STEP === 0) yield;
    const us = rows.us[row] ?? 0;
    const isExit = rows.exits[row] === 1;
    while (packet < columns.length && standsBefore(columns, packets?.[packet] ?? packet, us, isExit))
      packet++;
    before[row] = packet;
  }
  return { packets, marks: { length: rows.length, before, calls: rows.calls, exits: rows.exits } };
}

/** The order of packets while they are captured, without calls: as they come. */
export const AS_CAPTURED: FileOrder = {
  packets: null,
  marks: { length: 0, before: new Uint32Array(0), calls: new Int32Array(0), exits: new Uint8Array(0) },
};

/** The order of a capture without calls, as `sortedOrder` gives it, in steps. */
export function* plainOrder(columns: Columns): Generator<void, FileOrder> {
  const times = new Float64Array(columns.length);
  const base = columns.sec[0] ?? 0;
  for (let row = 0; row < times.length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    times[row] = ((columns.sec[row] ?? 0) - base) * 1e9 + (columns.nsec[row] ?? 0);
  }
  const packets = yield* orderInSteps(times);
  const marks = { before: new Uint32Array(0), calls: new Int32Array(0), exits: new Uint8Array(0) };
  return { packets, marks: { length: 0, ...marks } };
}

/** The order of a session's rows: as its file has them, or as the finished file would. */
export function fileOrder(session: Session): FileOrder {
  return session.order ?? sortedOrder(session.capture.columns, session.calls);
}

const NUMBERS = new WeakMap<Session, FrameNumbers>();

/** Frame numbers as Wireshark gives them to the session's file, written or not. */
export function frameNumbers(session: Session): FrameNumbers {
  const known = NUMBERS.get(session);
  if (known !== undefined) return known;
  const made = makeNumbers(session);
  NUMBERS.set(session, made);
  return made;
}

function makeNumbers(session: Session): FrameNumbers {
  const { packets, marks } = fileOrder(session);
  const position = packets === null ? null : inverse(packets);
  const exits = new Uint32Array(session.calls.length);
  const entries = new Uint32Array(session.calls.length);
  for (let index = 0; index < marks.length; index++) {
    const call = marks.calls[index] ?? -1;
    if (call >= 0)
      (marks.exits[index] === 1 ? exits : entries)[call] = (marks.before[index] ?? 0) + index + 1;
  }
  return {
    count: session.capture.columns.length + marks.length,
    ofPacket(row) {
      const at = position?.[row] ?? row;
      return at + 1 + marksBefore(marks.before, at);
    },
    ofCall: (call) => exits[call] || entries[call] || null,
    ofEntry: (call) => entries[call] || null,
  };
}

/** All rows in file order. */
export function* fileRows({ packets, marks }: FileOrder, packetCount: number): Generator<FileRow> {
  let next = 0;
  const packet = (at: number): FileRow => ({ kind: 'packet', packet: packets?.[at] ?? at });
  for (let index = 0; index < marks.length; index++) {
    const before = marks.before[index] ?? 0;
    while (next < before) yield packet(next++);
    const call = marks.calls[index] ?? -1;
    if (call >= 0) yield { kind: 'call', call, row: marks.exits[index] === 1 ? 'exit' : 'enter' };
  }
  while (next < packetCount) yield packet(next++);
}

/** Rows of the columns sorted by time, stable; null when they already are. */
export function timeOrder(columns: Columns): Uint32Array | null {
  let sorted = true;
  for (let row = 1; row < columns.length && sorted; row++) sorted = compareTimes(columns, row - 1, row) <= 0;
  if (sorted) return null;
  const rows = Uint32Array.from({ length: columns.length }, (_, row) => row);
  return rows.sort((a, b) => compareTimes(columns, a, b) || a - b);
}

/** Rows of calls sorted by time: µs since 1970, and whose they are. */
interface CallRows extends Omit<Marks, 'before'> {
  readonly us: Float64Array;
}

function* callRows(calls: readonly Call[]): Generator<void, CallRows> {
  const baseNs = calls[0]?.enterNs ?? 0n;
  const found = new RowList(calls.length * 2);
  for (const [index, call] of calls.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    const { enterNs, exitNs } = call;
    if (exitNs === null || exitNs - enterNs > BLOCKED_NS)
      found.add(index, 0, enterNs / 1000n, enterNs - baseNs);
    if (exitNs !== null) found.add(index, 1, (exitNs + 999n) / 1000n, exitNs - baseNs);
  }
  return yield* found.sorted();
}

/** Gathers rows of calls in any order. The times fit into doubles: µs since 1970 until the year 2255. */
class RowList {
  private length = 0;
  private readonly us: Float64Array;
  private readonly ns: Float64Array;
  private readonly calls: Int32Array;
  private readonly exits: Uint8Array;

  constructor(capacity: number) {
    this.us = new Float64Array(capacity);
    this.ns = new Float64Array(capacity);
    this.calls = new Int32Array(capacity);
    this.exits = new Uint8Array(capacity);
  }

  add(call: number, exit: 0 | 1, us: bigint, ns: bigint): void {
    const row = this.length++;
    this.us[row] = Number(us);
    this.ns[row] = Number(ns);
    this.calls[row] = call;
    this.exits[row] = exit;
  }

  *sorted(): Generator<void, CallRows> {
    const { us, ns, calls, exits, length } = this;
    const base = us[0] ?? 0;
    // The later of two rows of the same µs is the return: doubles hold both, for the times of a run.
    const keys = new Float64Array(length);
    for (let row = 0; row < length; row++) {
      if (row % CELLS_A_STEP === 0) yield;
      keys[row] = ((us[row] ?? 0) - base) * 2 + (exits[row] ?? 0);
    }
    const order = yield* orderInSteps(keys);
    const key = (place: number): number => keys[order[place] ?? 0] ?? 0;
    for (let from = 0, to = 1; from < length; from = to, to = from + 1) {
      if (from % CELLS_A_STEP === 0) yield;
      while (to < length && key(to) === key(from)) to++;
      if (to - from > 1)
        order
          .subarray(from, to)
          .sort((a, b) => (ns[a] ?? 0) - (ns[b] ?? 0) || (calls[a] ?? 0) - (calls[b] ?? 0));
    }
    const sorted = {
      length,
      us: new Float64Array(length),
      calls: new Int32Array(length),
      exits: new Uint8Array(length),
    };
    for (let place = 0; place < length; place++) {
      if (place % CELLS_A_STEP === 0) yield;
      const row = order[place] ?? 0;
      sorted.us[place] = us[row] ?? 0;
      sorted.calls[place] = calls[row] ?? 0;
      sorted.exits[place] = exits[row] ?? 0;
    }
    return sorted;
  }
}

/** A packet stands before a row that bears a later time; with an equal time after an entry, and before a return. */
function standsBefore(columns: Columns, row: number, us: number, isExit: boolean): boolean {
  const distanceNs = ((columns.sec[row] ?? 0) * 1e6 - us) * 1000 + (columns.nsec[row] ?? 0);
  return isExit ? distanceNs <= 0 : distanceNs < 0;
}

function compareTimes(columns: Columns, a: number, b: number): number {
  const seconds = (columns.sec[a] ?? 0) - (columns.sec[b] ?? 0);
  return seconds === 0 ? (columns.nsec[a] ?? 0) - (columns.nsec[b] ?? 0) : seconds;
}

function inverse(rows: Uint32Array): Uint32Array {
  const positions = new Uint32Array(rows.length);
  rows.forEach((row, position) => {
    positions[row] = position;
  });
  return positions;
}

/** How many marks stand before the packet at a position: those with `before` at most that position. */
function marksBefore(before: Uint32Array, position: number): number {
  let low = 0;
  let high = before.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((before[middle] ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
