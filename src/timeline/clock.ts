import type { Columns } from '../../capture/columns.ts';
import type { Call } from '../sockets/call.ts';
import { CALLS_A_STEP, CELLS_A_STEP, orderInSteps } from './time-order.ts';

/**
 * Times of packets and calls as doubles, in ns since `baseNs`: exact over 104 days, and far cheaper than bigint.
 * A call that has not returned has the exit Infinity.
 */
export interface Clock {
  readonly baseNs: bigint;
  readonly packets: Float64Array;
  readonly enters: Float64Array;
  readonly exits: Float64Array;
  /** Rows of the packets in time order; loopback captures are some 20 µs out of it. */
  readonly order: Uint32Array;
  /**
   * By how much a packet may have come before the time that it bears: 0 where the kernel stamped it, more where its time
   * is that of its arrival in a busy process.
   */
  readonly slackNs: number;
}

/** As late as a process may learn of a packet on a busy machine. */
const LATE_NS = 1e9;

/** Makes the clock, in steps. */
export function* makeClock(
  columns: Columns,
  calls: readonly Call[],
  hasArrivalTimes = false,
): Generator<void, Clock> {
  const baseNs = firstTime(columns, calls);
  const baseSec = Number(baseNs / 1_000_000_000n);
  const baseNsec = Number(baseNs % 1_000_000_000n);
  const packets = new Float64Array(columns.length);
  for (let row = 0; row < packets.length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    packets[row] = ((columns.sec[row] ?? 0) - baseSec) * 1e9 + ((columns.nsec[row] ?? 0) - baseNsec);
  }
  const enters = new Float64Array(calls.length);
  const exits = new Float64Array(calls.length);
  for (const [index, call] of calls.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    enters[index] = Number(call.enterNs - baseNs);
    exits[index] = call.exitNs === null ? Number.POSITIVE_INFINITY : Number(call.exitNs - baseNs);
  }
  return {
    baseNs,
    packets,
    enters,
    exits,
    order: yield* orderInSteps(packets),
    slackNs: hasArrivalTimes ? LATE_NS : 0,
  };
}

function firstTime(columns: Columns, calls: readonly Call[]): bigint {
  const packet = columns.length > 0 ? columns.timeNs(0) : null;
  const call = calls[0]?.enterNs ?? null;
  if (packet !== null && (call === null || packet < call)) return packet;
  return call ?? 0n;
}
