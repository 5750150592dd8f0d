import { createHash } from 'node:crypto';
import { timeOrder } from '../session/file-order.ts';
import { sampleFacts } from '../session/kernel-journal.ts';
import type { KernelView } from '../session/kernel-sample.ts';
import { lostRows } from '../session/lost.ts';
import type { Session } from '../session/session.ts';
import type { Call } from '../sockets/call.ts';
import { atOnce } from './time-order.ts';

/**
 * SHA-256 (hex) over all that a session records: the facts of the run, each packet's time, lengths, id and bytes in order
 * of time, and every field of each call. Equal for the live session and the file that was saved of it; any alteration changes it.
 */
export function canonicalDigest(session: Session): string {
  return atOnce(digestInSteps(session));
}

/** The same in steps. */
export function* digestInSteps(session: Session): Generator<void, string> {
  const hash = createHash('sha256');
  const { capture, calls, run } = session;
  const { columns } = capture;
  if (run !== null) hash.update(`run ${factsText({ ...run, seal: undefined })}\n`);
  const order = timeOrder(columns);
  const lost = lostRows(session);
  for (let index = 0; index < columns.length; index++) {
    if (index % ROWS_A_STEP === 0) yield;
    const row = order?.[index] ?? index;
    const id = capture.packetOptions(row).packetId ?? BigInt(row + 1);
    hash.update(
      `packet ${columns.timeNs(row)} ${id} ${columns.capLen[row]} ${columns.wireLen[row]} ${lost.has(row) ? 'lost' : ''}\n`,
    );
    hash.update(capture.frame(row));
  }
  // Hashed in pieces of some size: half a million calls would otherwise cost seconds.
  let text = '';
  for (const [index, call] of calls.entries()) {
    if (index % ROWS_A_STEP === 0) yield;
    text += callText(call);
    const { data } = call;
    if (text.length < PIECE && data === null) continue;
    hash.update(text);
    text = '';
    if (data !== null) hash.update(data);
  }
  hash.update(text);
  if (session.kernel !== undefined) hash.update(kernelText(session.kernel));
  return hash.digest('hex');
}

/** The order of keys is no content; what is undefined is absent. */
function factsText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function kernelText({ samples, fromNs, toNs, left }: KernelView): string {
  return `kernel ${fromNs} ${toNs} ${left}\n${samples.map((each) => JSON.stringify(sampleFacts(each))).join('\n')}`;
}

const PIECE = 65_536;
/** Packets or calls that are hashed in about a millisecond. */
const ROWS_A_STEP = 256;
/** Between fields: no name or address has it. */
const GAP = '\x1f';

function callText(call: Call): string {
  const { id, role, pid, thread, name, enterNs, exitNs, ret, errno, fd, socket, created, local, remote } =
    call;
  const { length, offset, hash, sendQueue, recvQueue, span, thinned, data, source } = call;
  const place = source === null ? '' : `${source.file}${GAP}${source.line}${GAP}${source.func}`;
  return `call ${[
    ...[id, role, pid, thread, name, enterNs, exitNs, ret, errno, fd, socket, created, local, remote],
    ...[length, offset, hash, sendQueue, recvQueue, span, thinned, data === null ? null : data.length],
    ...[recordText(call.args), recordText(call.tcpInfo), place],
    // Files of older versions have no such field, and their seals hold.
    ...(call.heldNs === null ? [] : [call.heldNs]),
  ].join(GAP)}\n`;
}

/** The order of keys is no content: a file may give the fields in another one. */
function recordText(record: Readonly<Record<string, string | number | null>> | null): string {
  if (record === null) return '';
  return Object.keys(record)
    .sort()
    .map((key) => `${key}=${JSON.stringify(record[key])}`)
    .join(GAP);
}
