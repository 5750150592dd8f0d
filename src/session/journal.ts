import { constants } from 'node:os';
import { type ArgValue, type Call, plainCall } from '../sockets/call.ts';
import { describeCall } from '../sockets/describe-call.ts';
import type { Errno } from '../sockets/errno.ts';
import { decodeEntry, encodeEntry } from './journal-entry.ts';
import type { CallRowKind } from './session.ts';

/** pcapng: systemd Journal Export Block. */
export const JOURNAL_BLOCK = 9;

/** A call that was read from a journal entry, and which of its rows the entry is. */
export interface CallRow {
  readonly kind: CallRowKind;
  readonly call: Call;
}

const WARNING = '4';
const INFO = '6';
const ERRNO_NUMBERS: Readonly<Record<string, number>> = constants.errno;

/**
 * Time in µs since 1970 that a call's row bears. Entries are rounded down and returns up, so that in the file, too, no
 * packet stands before the call that caused it or after the call that it made return.
 */
export function rowTimeUs(call: Call, kind: CallRowKind): bigint {
  return kind === 'exit' && call.exitNs !== null ? (call.exitNs + 999n) / 1000n : call.enterNs / 1000n;
}

/** Encodes a call as the body of a Journal Export Block; its entry row has no result. */
export function encodeCall(call: Call, kind: CallRowKind): Buffer {
  const shown = kind === 'enter' ? entered(call) : call;
  const fields: [string, string | Uint8Array][] = [];
  const put = (name: string, value: string | number | bigint | Uint8Array | null): void => {
    if (value !== null) fields.push([name, value instanceof Uint8Array ? value : String(value)]);
  };
  put('__REALTIME_TIMESTAMP', rowTimeUs(shown, kind));
  put('MESSAGE', messageOf(call, shown));
  put('PRIORITY', shown.errno === null ? INFO : WARNING);
  put('SYSLOG_IDENTIFIER', shown.role);
  put('_PID', shown.pid);
  put('_COMM', 'sockscope');
  if (shown.errno !== null) put('ERRNO', ERRNO_NUMBERS[shown.errno] ?? null);
  put('CODE_FILE', shown.source?.file ?? null);
  put('CODE_LINE', shown.source?.line ?? null);
  put('CODE_FUNC', shown.source?.func ?? null);
  put('SOCKSCOPE_CALL', shown.name);
  put('SOCKSCOPE_ROW', kind);
  put('SOCKSCOPE_ID', shown.id);
  put('SOCKSCOPE_THREAD', shown.thread);
  put('SOCKSCOPE_FD', shown.fd);
  put('SOCKSCOPE_SOCKET', shown.socket);
  put('SOCKSCOPE_CREATED', shown.created);
  put('SOCKSCOPE_ENTER_NS', shown.enterNs);
  put('SOCKSCOPE_EXIT_NS', shown.exitNs);
  put('SOCKSCOPE_RETURN', shown.ret);
  put('SOCKSCOPE_ERRNO', shown.errno);
  put('SOCKSCOPE_LOCAL', shown.local);
  put('SOCKSCOPE_REMOTE', shown.remote);
  put('SOCKSCOPE_ARGS', JSON.stringify(shown.args));
  put('SOCKSCOPE_LENGTH', shown.length);
  put('SOCKSCOPE_OFFSET', shown.offset);
  put('SOCKSCOPE_SPAN', shown.span);
  put('SOCKSCOPE_SENDQ', shown.sendQueue);
  put('SOCKSCOPE_RECVQ', shown.recvQueue);
  put('SOCKSCOPE_TCPINFO', shown.tcpInfo === null ? null : JSON.stringify(shown.tcpInfo));
  put('SOCKSCOPE_HASH', shown.hash);
  put('SOCKSCOPE_HELD_NS', shown.heldNs);
  put('SOCKSCOPE_THINNED', shown.thinned ? 1 : null);
  put('SOCKSCOPE_DATA', shown.data);
  return encodeEntry(fields);
}

/** Decodes a Journal Export Block's body; null where it is not one of ours, or too damaged to be a call. */
export function decodeCall(body: Uint8Array): CallRow | null {
  const fields = decodeEntry(body);
  const text = (name: string): string | null => fields.get(name)?.toString('utf8') ?? null;
  const integer = (name: string): number | null => parseInteger(text(name));
  const name = text('SOCKSCOPE_CALL');
  const role = text('SYSLOG_IDENTIFIER');
  const enterNs = parseTime(text('SOCKSCOPE_ENTER_NS'));
  if (name === null || !isCallName(name) || role === null || enterNs === null) return null;
  const kind: CallRowKind = text('SOCKSCOPE_ROW') === 'enter' ? 'enter' : 'exit';
  const errno = text('SOCKSCOPE_ERRNO');
  const file = text('CODE_FILE');
  const line = integer('CODE_LINE');
  const data = fields.get('SOCKSCOPE_DATA');
  const call: Call = {
    id: integer('SOCKSCOPE_ID') ?? 0,
    role,
    pid: integer('_PID') ?? 0,
    thread: integer('SOCKSCOPE_THREAD') ?? 0,
    name,
    args: parseRecord(text('SOCKSCOPE_ARGS'), isArgument) ?? {},
    enterNs,
    exitNs: parseTime(text('SOCKSCOPE_EXIT_NS')),
    ret: integer('SOCKSCOPE_RETURN'),
    errno: isErrno(errno) ? errno : null,
    fd: integer('SOCKSCOPE_FD'),
    socket: text('SOCKSCOPE_SOCKET'),
    created: text('SOCKSCOPE_CREATED'),
    local: text('SOCKSCOPE_LOCAL'),
    remote: text('SOCKSCOPE_REMOTE'),
    length: integer('SOCKSCOPE_LENGTH'),
    offset: integer('SOCKSCOPE_OFFSET'),
    data: data === undefined ? null : new Uint8Array(data),
    hash: text('SOCKSCOPE_HASH'),
    sendQueue: integer('SOCKSCOPE_SENDQ'),
    recvQueue: integer('SOCKSCOPE_RECVQ'),
    tcpInfo: parseRecord(text('SOCKSCOPE_TCPINFO'), isNumber),
    source: file === null || line === null ? null : { file, line, func: text('CODE_FUNC') },
    span: integer('SOCKSCOPE_SPAN'),
    heldNs: integer('SOCKSCOPE_HELD_NS'),
    thinned: text('SOCKSCOPE_THINNED') === '1',
  };
  return { kind, call };
}

/** The line that Wireshark shows as Info. */
function messageOf(call: Call, shown: Call): string {
  if (call.exitNs === null || shown.exitNs !== null) return describeCall(shown);
  return `${describeCall(shown, { enterOnly: true })} ... (entered)`;
}

/** The call as it was when it had only been entered. One that never returned is all there is, and kept whole. */
function entered(call: Call): Call {
  if (call.exitNs === null) return call;
  const unknown = { created: null, data: null, hash: null, sendQueue: null, recvQueue: null, tcpInfo: null };
  return { ...plainCall(call), ...unknown, exitNs: null, ret: null, errno: null };
}

/** Names are looked up in tables, so those that every object has are none: 'constructor'. */
function isCallName(name: string): boolean {
  return /^[a-z][a-z0-9_]{0,31}$/.test(name) && !(name in {});
}

function parseInteger(text: string | null): number | null {
  if (text === null || !/^-?\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

function parseTime(text: string | null): bigint | null {
  return text !== null && /^\d{1,19}$/.test(text) ? BigInt(text) : null;
}

function parseRecord<T>(
  text: string | null,
  accepts: (value: unknown) => value is T,
): Readonly<Record<string, T>> | null {
  if (text === null) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const kept = Object.entries(parsed).filter((entry): entry is [string, T] => accepts(entry[1]));
  return Object.fromEntries(kept);
}

function isArgument(value: unknown): value is ArgValue {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isErrno(text: string | null): text is Errno {
  return text !== null && /^E[A-Z0-9]{1,20}$/.test(text);
}
