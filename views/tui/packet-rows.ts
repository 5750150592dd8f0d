import { factsOf } from '../../src/timeline/facts.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import type { Document } from './document.ts';
import { type RowList, someRows } from './row-list.ts';

/** So many packets are looked at before others may do something. */
export const PACKETS_A_STEP = 1024;
const PACKET = 0;

/** Those of the rows that are packets. */
export function packetRowsOf(document: Document | null, rows: RowList): RowList {
  if (document === null || document.session.calls.length === 0) return rows;
  const { kinds } = factsOf(document.timeline).rows;
  const packets = new Uint32Array(rows.length);
  let length = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows.at(at);
    if (kinds[row] === PACKET) packets[length++] = row;
  }
  return someRows(packets.slice(0, length));
}

/** The packets of a flow in order of time: rows of the columns. */
export function packetsOfFlow(timeline: Timeline, flow: number): Uint32Array {
  const { start, rows } = factsOf(timeline).wire;
  return rows.subarray(start[flow] ?? 0, start[flow + 1] ?? 0);
}

/** The rows of the time line that belong to a connection: its packets and its calls. */
export function rowsOfConnection(timeline: Timeline, connection: number): Uint32Array {
  const { rows, session, connections, connectionOfCall } = factsOf(timeline);
  const { flow } = session.capture.columns;
  const found = new Uint32Array(rows.length);
  let length = 0;
  for (let row = 0; row < rows.length; row++) {
    const subject = rows.subjects[row] ?? 0;
    const of =
      rows.kinds[row] === PACKET
        ? (connections.ofFlow[flow[subject] ?? -1] ?? -1)
        : (connectionOfCall[subject] ?? -1);
    if (of === connection) found[length++] = row;
  }
  return found.slice(0, length);
}
