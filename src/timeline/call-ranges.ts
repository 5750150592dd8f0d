import type { Call } from '../sockets/call.ts';
import { hasFlag, isReceive, isSend } from './call-kinds.ts';
import { CALLS_A_STEP } from './time-order.ts';

/** Which bytes of a stream each call moved: ranges that follow each other, in order. `call` is an index of session.calls. */
export interface CallRanges {
  readonly length: number;
  readonly call: Int32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
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
    if (record === undefined || !takesBytes(record)) continue;
    let bytes = record.ret ?? 0;
    // A receive never reads across the urgent mark, but one that starts at it skips the byte.
    while ((urgent[nextUrgent] ?? 0) === offset && nextUrgent < urgent.length) {
      offset += 1;
      nextUrgent += 1;
    }
    while (bytes > 0) {
      const mark =
        nextUrgent < urgent.length
          ? (urgent[nextUrgent] ?? Number.POSITIVE_INFINITY)
          : Number.POSITIVE_INFINITY;
      const part = Math.min(bytes, mark - offset);
      call.push(index);
      from.push(offset);
      offset += part;
      to.push(offset);
      bytes -= part;
      if (offset === mark) {
        offset += 1;
        nextUrgent += 1;
      }
    }
  }
  return ranges(call, from, to);
}

/** Whether the call took bytes of the stream away: not a peek, not the urgent byte, not a failure. */
export function takesBytes(call: Call): boolean {
  if (!isReceive(call) || (call.ret ?? 0) <= 0) return false;
  return !hasFlag(call, 'MSG_PEEK') && !hasFlag(call, 'MSG_OOB') && !hasFlag(call, 'MSG_ERRQUEUE');
}

/** The bytes that all ranges hold together; 0 when there are none. */
export function totalOf(list: CallRanges): number {
  return list.length === 0 ? 0 : (list.to[list.length - 1] ?? 0);
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

function ranges(call: number[], from: number[], to: number[]): CallRanges {
  return {
    length: call.length,
    call: new Int32Array(call),
    from: new Float64Array(from),
    to: new Float64Array(to),
  };
}
