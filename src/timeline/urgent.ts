import { SYN, URG } from '../../capture/columns.ts';
import type { Facts } from './facts.ts';

/** The segment whose urgent byte a recv(MSG_OOB) gave: the latest that had come to its socket; null where none was captured. */
export function urgentSegment(
  { session, connections, connectionOfCall, wire, capture, clock }: Facts,
  index: number,
): number | null {
  const connection = connections.list[connectionOfCall[index] ?? -1];
  if (connection === undefined) return null;
  const { flow, socketA } = connection;
  const fromPeer = session.calls[index]?.socket === socketA ? 1 : 0;
  const { flags, direction } = capture.columns;
  let found: number | null = null;
  for (let at = wire.start[flow] ?? 0; at < (wire.start[flow + 1] ?? 0); at++) {
    const row = wire.rows[at] ?? 0;
    if ((clock.packets[row] ?? 0) > (clock.exits[index] ?? 0)) break;
    if (direction[row] === fromPeer && ((flags[row] ?? 0) & (URG | SYN)) === URG) found = row;
  }
  return found;
}
