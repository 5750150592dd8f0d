import { type Columns, PROTOCOL } from '../../capture/columns.ts';
import { factsOf } from '../../src/timeline/facts.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { PACKETS_A_STEP } from './packet-rows.ts';

/** What a connection has carried; payload bytes as captured, repetitions included. */
export interface ConnectionCounts {
  readonly packets: number;
  readonly bytesFromA: number;
  readonly bytesFromB: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/** Counts of all connections, in steps. */
export function* countConnections(timeline: Timeline): Generator<void, readonly ConnectionCounts[]> {
  const counts: ConnectionCounts[] = [];
  for (let index = 0; index < timeline.connections.length; index++)
    counts.push(yield* countConnection(timeline, index));
  return counts;
}

/** Counts of one connection, in steps. */
export function* countConnection(timeline: Timeline, connection: number): Generator<void, ConnectionCounts> {
  const { columns } = timeline.session.capture;
  const { wire, connections } = factsOf(timeline);
  const flow = connections.list[connection]?.flow ?? 0;
  const from = wire.start[flow] ?? 0;
  const to = wire.start[flow + 1] ?? 0;
  const bytes = [0, 0] as [number, number];
  let parts = 0;
  for (let at = from; at < to; at++) {
    if (at % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[at] ?? 0;
    // A fragment that completes nothing is no segment, as for `check` and Wireshark.
    if (isPart(columns, row)) {
      parts++;
      continue;
    }
    bytes[columns.direction[row] === 0 ? 0 : 1] += columns.payloadLen[row] ?? 0;
  }
  const timeAt = (at: number): bigint => (to > from ? columns.timeNs(wire.rows[at] ?? 0) : 0n);
  return {
    packets: to - from - parts,
    ...{ bytesFromA: bytes[0], bytesFromB: bytes[1] },
    ...{ firstNs: timeAt(from), lastNs: timeAt(to - 1) },
  };
}

function isPart({ fragments, protocol }: Columns, row: number): boolean {
  return fragments.size > 0 && protocol[row] === PROTOCOL.other && fragments.has(row);
}
