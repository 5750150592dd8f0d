import type { Timeline } from '../../src/timeline/types.ts';

/** What a connection has carried; payload bytes as captured, repetitions included. */
export interface ConnectionCounts {
  packets: number;
  bytesFromA: number;
  bytesFromB: number;
  firstNs: bigint;
  lastNs: bigint;
  findings: number;
}

/** Counts of all connections in one pass over the packets. */
export function countConnections(timeline: Timeline): readonly ConnectionCounts[] {
  const { columns } = timeline.session.capture;
  const number = timeline.connections.length;
  const packets = new Uint32Array(number);
  const bytes = [new Float64Array(number), new Float64Array(number)] as const;
  const first = new Int32Array(number).fill(-1);
  const last = new Int32Array(number).fill(-1);
  for (let row = 0; row < columns.length; row++) {
    const connection = timeline.connectionOfPacket(row);
    if (connection === null) continue;
    packets[connection] = (packets[connection] ?? 0) + 1;
    const side = bytes[columns.direction[row] === 0 ? 0 : 1];
    side[connection] = (side[connection] ?? 0) + (columns.payloadLen[row] ?? 0);
    if (first[connection] === -1) first[connection] = row;
    last[connection] = row;
  }
  const counts = timeline.connections.map((_, index): ConnectionCounts => {
    const ends = [first[index] ?? -1, last[index] ?? -1].map((row) => (row < 0 ? 0n : columns.timeNs(row)));
    return {
      packets: packets[index] ?? 0,
      bytesFromA: bytes[0][index] ?? 0,
      bytesFromB: bytes[1][index] ?? 0,
      firstNs: ends[0] ?? 0n,
      lastNs: ends[1] ?? 0n,
      findings: 0,
    };
  });
  for (const { packets: proof, calls } of timeline.findings) {
    const packet = proof[0];
    const call = calls[0];
    const of =
      packet !== undefined
        ? timeline.connectionOfPacket(packet)
        : call === undefined
          ? null
          : timeline.connectionOfCall(call);
    const found = of === null ? undefined : counts[of];
    if (found !== undefined) found.findings++;
  }
  return counts;
}
