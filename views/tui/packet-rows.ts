import type { Document } from './document.ts';
import { type RowList, someRows } from './row-list.ts';

/** Those of the rows that are packets. */
export function packetRowsOf(document: Document | null, rows: RowList): RowList {
  if (document === null || document.session.calls.length === 0) return rows;
  const packets: number[] = [];
  for (let at = 0; at < rows.length; at++) {
    const row = rows.at(at);
    if (document.timeline.row(row).kind === 'packet') packets.push(row);
  }
  return someRows(Uint32Array.from(packets));
}
