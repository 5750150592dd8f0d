import { createHash, type Hash } from 'node:crypto';
import { timeOrder } from '../session/file-order.ts';
import { lostRows } from '../session/lost.ts';
import type { Session } from '../session/session.ts';
import type { Call } from '../sockets/call.ts';

/**
 * SHA-256 (hex) over all that a session records: each packet's time, lengths, id and bytes in order of time, and every
 * field of each call. Equal for the live session and the file that was saved of it; any alteration changes it.
 */
export function canonicalDigest(session: Session): string {
  const hash = createHash('sha256');
  const { capture, calls } = session;
  const { columns } = capture;
  const order = timeOrder(columns);
  const lost = lostRows(session);
  for (let index = 0; index < columns.length; index++) {
    const row = order?.[index] ?? index;
    const id = capture.packetOptions(row).packetId ?? BigInt(row + 1);
    hash.update(
      `packet ${columns.timeNs(row)} ${id} ${columns.capLen[row]} ${columns.wireLen[row]} ${lost.has(row) ? 'lost' : ''}\n`,
    );
    hash.update(capture.frame(row));
  }
  for (const call of calls) addCall(hash, call);
  return hash.digest('hex');
}

function addCall(hash: Hash, call: Call): void {
  const { data, enterNs, exitNs, args, tcpInfo, source, ...plain } = call;
  // Order of keys is no content: a file may give the fields in another one.
  const sorted = (record: object | null): unknown =>
    record === null ? null : Object.entries(record).sort(([x], [y]) => (x < y ? -1 : 1));
  const fields = { ...plain, args: sorted(args), tcpInfo: sorted(tcpInfo), source: sorted(source) };
  hash.update(
    `call ${enterNs} ${exitNs} ${data === null ? 'no data' : data.length} ${JSON.stringify(sorted(fields))}\n`,
  );
  if (data !== null) hash.update(data);
}
