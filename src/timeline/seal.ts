import { createHash } from 'node:crypto';
import { timeOrder } from '../session/file-order.ts';
import { lostRows } from '../session/lost.ts';
import type { Session } from '../session/session.ts';
import type { Call } from '../sockets/call.ts';

/** Text is hashed in pieces of this many characters: a call to the hash for each row took longer than the hashing. */
const PIECE = 1 << 16;

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
  let text = '';
  for (const call of calls) {
    text += callText(call);
    const { data } = call;
    if (text.length < PIECE && (data === null || data.length === 0)) continue;
    hash.update(text);
    text = '';
    if (data !== null) hash.update(data);
  }
  return hash.update(text).digest('hex');
}

/** Every field but the data itself. Names are of our own making and without quotes; what is not is put in quotes. */
function callText(call: Call): string {
  const { id, role, pid, thread, name, args, enterNs, exitNs, ret, errno, fd, socket, created } = call;
  const { local, remote, length, offset, data, hash, sendQueue, recvQueue, tcpInfo, source, span, thinned } =
    call;
  const strings = JSON.stringify([role, name, socket, created, local, remote]);
  const records = `${record(args)} ${record(tcpInfo)} ${record(source)}`;
  return (
    `call ${id} ${pid} ${thread} ${strings} ${records} ${enterNs} ${exitNs} ${ret} ${errno} ${fd} ${length} ` +
    `${offset} ${hash} ${sendQueue} ${recvQueue} ${span} ${thinned} ${data === null ? 'no data' : data.length}\n`
  );
}

/** Order of keys is no content: a file may give the fields in another one. */
function record(fields: object | null): string {
  if (fields === null) return '-';
  return JSON.stringify(Object.entries(fields).sort(([x], [y]) => (x < y ? -1 : 1)));
}
