import type { Call } from '../sockets/call.ts';
import { hasFlag, isReceive, isSend } from './call-kinds.ts';
import { CALLS_A_STEP } from './time-order.ts';

/** Which bytes of a stream each call moved: ranges that follow each other, in order. `call` is an index of session.calls. */
export interface CallRanges {
  readonly length: number;
  readonly call: Int32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Where the next byte would stand: behind the last range, and behind urgent bytes that were passed over after it. */
  readonly end: number;
}

export const NO_RANGES: CallRanges = ranges([], [], []);

/**
 * What the sends of one end handed over. A send that has not returned may have handed over as much as it was asked to:
 * its range is the last one, and an upper bound. In steps.
 */
export function* sendRanges(calls: readonly Call[], indices: readonly number[]): Generator<void, CallRanges> {
  const call: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  let offset = 0;
  for (const [place, index] of indices.entries()) {
    if (place % CALLS_A_STEP === 0) yield;
    const record = calls[index];
    if (record === undefined || !isSend(record)) continue;
    const bytes = record.exitNs === null ? (record.length ?? 0) : Math.max(0, record.ret ?? 0);
    if (bytes === 0) continue;
    call.push(index);
    from.push(offset);
    offset += bytes;
    to.push(offset);
  }
  return ranges(call, from, to);
}

/**
 * What the receives of one end took out of the stream; peeks and the urgent byte apart. `urgent` holds the stream
 * offsets of urgent bytes, which a normal receive leaves out. In steps.
 */
export function* receiveRanges(
  calls: readonly Call[],
  indices: readonly number[],
  urgent: readonly number[],
): Generator<void, CallRanges> {
  const call: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  let offset = 0;
  let nextUrgent = 0;
  for (const [place, index] of indices.entries()) {
    if (place % CALLS_A_STEP === 0) yield;
    const record = calls[index];
    if (record === undefined || !(takesBytes(record) || foundNothing(record))) continue;
    let bytes = Math.max(0, record.ret ?? 0);
    // A receive never reads across the urgent mark, but one that starts at it skips the byte, also when nothing follows.
    do {
      for (let mark = urgent[nextUrgent]; mark !== undefined && mark <= offset; mark = urgent[nextUrgent]) {
        if (mark === offset) offset += 1;
        nextUrgent += 1;
      }
      if (bytes === 0) break;
      const part = Math.min(bytes, (urgent[nextUrgent] ?? Number.POSITIVE_INFINITY) - offset);
      call.push(index);
      from.push(offset);
      offset += part;
      to.push(offset);
      bytes -= part;
    } while (bytes > 0);
  }
  return ranges(call, from, to, offset);
}

/** Whether the call looked for bytes of the stream behind those that had been read, and there were none: its end, or EAGAIN. */
function foundNothing(call: Call): boolean {
  if (!isReceive(call) || call.exitNs === null || call.length === 0 || isApart(call)) return false;
  return call.ret === 0 || call.errno === 'EAGAIN';
}

/** Whether the call took bytes of the stream away: not a peek, not the urgent byte, not a failure. */
export function takesBytes(call: Call): boolean {
  if (!isReceive(call) || (call.ret ?? 0) <= 0) return false;
  return !isApart(call);
}

/** Looks at the stream without taking from it, or at what stands beside it. */
function isApart(call: Call): boolean {
  return hasFlag(call, 'MSG_PEEK') || hasFlag(call, 'MSG_OOB') || hasFlag(call, 'MSG_ERRQUEUE');
}

/** The bytes of the stream up to where the calls have come; 0 when there are none. */
export function totalOf(list: CallRanges): number {
  return list.end;
}

/** Index of the first range that ends after `offset`; the list's length when there is none. */
export function firstAfter(list: CallRanges, offset: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list.to[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ranges(call: number[], from: number[], to: number[], end = to.at(-1) ?? 0): CallRanges {
  return {
    length: call.length,
    call: new Int32Array(call),
    from: new Float64Array(from),
    to: new Float64Array(to),
    end,
  };
}
