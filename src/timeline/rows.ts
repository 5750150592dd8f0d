import { type Clock, timeOrder } from './clock.ts';
import type { Row } from './types.ts';

const PACKET = 0;
const ENTER = 1;
const EXIT = 2;
/** A call that took longer than this blocked, and gets a row for its entry. */
export const BLOCKED_NS = 1e6;

/** The rows of a time line as columns: what happens, to which packet or call, in order of time. */
export interface Rows {
  readonly length: number;
  readonly kinds: Uint8Array;
  readonly subjects: Uint32Array;
  readonly times: Float64Array;
}

/**
 * Merges packets and calls by time. Where times are equal an entry stands first and a return last: causes before effects.
 * `acted` is 1 for calls while which a packet of theirs was sent or came: then the entry has a row of its own.
 */
export function mergeRows(clock: Clock, acted: Uint8Array): Rows {
  const enters: number[] = [];
  const exits: number[] = [];
  for (let call = 0; call < clock.enters.length; call++) {
    const took = (clock.exits[call] ?? 0) - (clock.enters[call] ?? 0);
    if (took >= BLOCKED_NS || (acted[call] ?? 0) === 1) enters.push(call);
    if (Number.isFinite(took)) exits.push(call);
  }
  const lists = [
    { kind: ENTER, subjects: sortedBy(enters, clock.enters), times: clock.enters },
    { kind: PACKET, subjects: clock.order, times: clock.packets },
    { kind: EXIT, subjects: sortedBy(exits, clock.exits), times: clock.exits },
  ] as const;
  const length = enters.length + exits.length + clock.order.length;
  const rows = {
    length,
    kinds: new Uint8Array(length),
    subjects: new Uint32Array(length),
    times: new Float64Array(length),
  };
  const heads = [0, 0, 0];
  for (let row = 0; row < length; row++) {
    let best = -1;
    let bestNs = Number.POSITIVE_INFINITY;
    for (const [which, { subjects, times }] of lists.entries()) {
      const head = heads[which] ?? 0;
      if (head >= subjects.length) continue;
      const ns = times[subjects[head] ?? 0] ?? 0;
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

export function rowAt(rows: Rows, index: number): Row {
  if (!(index >= 0 && index < rows.length)) throw new RangeError(`no row ${index}, there are ${rows.length}`);
  const subject = rows.subjects[index] ?? 0;
  const kind = rows.kinds[index] ?? 0;
  if (kind === PACKET) return { kind: 'packet', packet: subject };
  return { kind: kind === ENTER ? 'enter' : 'exit', call: subject };
}

export function isPacketRow(rows: Rows, index: number): boolean {
  return (rows.kinds[index] ?? 0) === PACKET;
}

function sortedBy(calls: readonly number[], times: Float64Array): Uint32Array {
  const order = timeOrder(Float64Array.from(calls, (call) => times[call] ?? 0));
  return order.map((place) => calls[place] ?? 0);
}
