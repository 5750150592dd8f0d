import { factsOf } from '../../src/timeline/facts.ts';
import { CELLS_A_STEP } from '../../src/timeline/time-order.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { allRows, listedRows, type RowList, someRows } from './row-list.ts';

/** So many packets are looked at before others may do something. */
export const PACKETS_A_STEP = 1024;
const PACKET = 0;

/** What a limit leaves of the rows, and those of them that are packets. */
export interface Shown {
  readonly rows: RowList;
  readonly packetRows: RowList;
}

/** All rows. */
export function everything(timeline: Timeline): Shown {
  const rows = allRows(timeline.rowCount);
  return { rows, packetRows: hasCalls(timeline) ? rowsOf(timeline, factsOf(timeline).clock.order) : rows };
}

/** Rows with those of them that are packets, in steps. */
export function* shownRows(timeline: Timeline, rows: RowList): Generator<void, Shown> {
  if (!hasCalls(timeline)) return { rows, packetRows: rows };
  const { kinds } = factsOf(timeline).rows;
  const packets = new Uint32Array(rows.length);
  let length = 0;
  for (let at = 0; at < rows.length; at++) {
    if (at % CELLS_A_STEP === 0) yield;
    const row = rows.at(at);
    if (kinds[row] === PACKET) packets[length++] = row;
  }
  return { rows, packetRows: someRows(packets.subarray(0, length)) };
}

/** The packets of a flow in order of time: rows of the columns. */
export function packetsOfFlow(timeline: Timeline, flow: number): Uint32Array {
  const { start, rows } = factsOf(timeline).wire;
  return rows.subarray(start[flow] ?? 0, start[flow + 1] ?? 0);
}

/** The rows of a connection: its packets, and in steps its calls, where there are any. */
export function* rowsOfConnection(timeline: Timeline, connection: number): Generator<void, Shown> {
  const { rows, connectionOfCall } = factsOf(timeline);
  const packetRows = rowsOf(timeline, packetsOfFlow(timeline, timeline.connections[connection]?.flow ?? 0));
  if (!hasCalls(timeline)) return { rows: packetRows, packetRows };
  const found = new Uint32Array(rows.length);
  let length = 0;
  let next = 0;
  for (let row = 0; row < rows.length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    const isPacket = rows.kinds[row] === PACKET;
    const isOf = isPacket
      ? next < packetRows.length && packetRows.at(next) === row
      : connectionOfCall[rows.subjects[row] ?? 0] === connection;
    if (!isOf) continue;
    found[length++] = row;
    if (isPacket) next++;
  }
  return { rows: someRows(found.subarray(0, length)), packetRows };
}

/** The rows of packets that are in order of time: no pass over them, however many there are. */
function rowsOf(timeline: Timeline, packets: Uint32Array): RowList {
  return listedRows(packets.length, (position) => timeline.rowOfPacket(packets[position] ?? 0));
}

const hasCalls = ({ session }: Timeline): boolean => session.calls.length > 0;
