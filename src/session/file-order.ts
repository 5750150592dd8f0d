import type { Columns } from '../../capture/columns.ts';
import type { Call } from '../sockets/call.ts';
import { rowTimeUs } from './journal.ts';
import type { CallRowKind, FileOrder, Mark, Session } from './session.ts';

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

/** Whether a call has a row of its own for its entry: it blocked for more than 1 ms, or it has not returned. */
export function hasEntryRow(call: Call): boolean {
  return call.exitNs === null || call.exitNs - call.enterNs > BLOCKED_NS;
}

/** The order of a session's rows in the finished file: by time, true to 1 µs; causes before effects where times tie. */
export function sortedOrder(columns: Columns, calls: readonly Call[]): FileOrder {
  const packets = timeOrder(columns);
  const rows = callRows(calls);
  const marks: Mark[] = [];
  let before = 0;
  for (const { us, call, kind } of rows) {
    while (before < columns.length && standsBefore(columns, packets?.[before] ?? before, us, kind)) before++;
    marks.push({ before, call, kind });
  }
  return { packets, marks };
}

/** The order of a session's rows: as its file has them, or as the finished file would. */
export function fileOrder(session: Session): FileOrder {
  return session.order ?? sortedOrder(session.capture.columns, session.calls);
}

/** Frame numbers as Wireshark gives them to the session's file, written or not. */
export function frameNumbers(session: Session): FrameNumbers {
  const { packets, marks } = fileOrder(session);
  const position = packets === null ? null : inverse(packets);
  const exits = new Map<number, number>();
  const entries = new Map<number, number>();
  marks.forEach((mark, index) => {
    if (mark.call !== null) (mark.kind === 'exit' ? exits : entries).set(mark.call, mark.before + index + 1);
  });
  return {
    count: session.capture.columns.length + marks.length,
    ofPacket(row) {
      const at = position?.[row] ?? row;
      return at + 1 + marksBefore(marks, at);
    },
    ofCall: (call) => exits.get(call) ?? entries.get(call) ?? null,
    ofEntry: (call) => entries.get(call) ?? null,
  };
}

/** All rows in file order. */
export function* fileRows(order: FileOrder, packetCount: number): Generator<FileRow> {
  let next = 0;
  const packet = (at: number): FileRow => ({ kind: 'packet', packet: order.packets?.[at] ?? at });
  for (const mark of order.marks) {
    while (next < mark.before) yield packet(next++);
    if (mark.call !== null) yield { kind: 'call', call: mark.call, row: mark.kind };
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

interface TimedRow {
  readonly us: bigint;
  readonly call: number;
  readonly kind: CallRowKind;
}

function callRows(calls: readonly Call[]): TimedRow[] {
  const rows: TimedRow[] = [];
  calls.forEach((call, index) => {
    if (hasEntryRow(call)) rows.push({ us: rowTimeUs(call, 'enter'), call: index, kind: 'enter' });
    if (call.exitNs !== null) rows.push({ us: rowTimeUs(call, 'exit'), call: index, kind: 'exit' });
  });
  const exactNs = ({ call, kind }: TimedRow): bigint =>
    (kind === 'exit' ? calls[call]?.exitNs : calls[call]?.enterNs) ?? 0n;
  return rows.sort((a, b) => {
    if (a.us !== b.us) return a.us < b.us ? -1 : 1;
    if (a.kind !== b.kind) return a.kind === 'enter' ? -1 : 1;
    return Number(exactNs(a) - exactNs(b)) || a.call - b.call;
  });
}

/** A packet stands before a row that bears a later time; with an equal time after an entry, and before a return. */
function standsBefore(columns: Columns, row: number, us: bigint, kind: CallRowKind): boolean {
  const distance = columns.timeNs(row) - us * 1000n;
  return kind === 'exit' ? distance <= 0n : distance < 0n;
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
function marksBefore(marks: readonly Mark[], position: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.before ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
