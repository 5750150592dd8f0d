/** A call as one line, in the manner of strace: what was asked and what came of it. */
import type { ArgValue, Call } from './call.ts';
import { DIRECTIONS } from './call-names.ts';
import { errnoText } from './errno.ts';
import { escapeBytes } from './escaped-bytes.ts';

/** Bytes of data that a line shows, and the room that they may take: a byte that is no text takes four characters. */
const SHOWN_BYTES = 32;
const SHOWN_CHARACTERS = 36;

export interface DescribeOptions {
  /** Bytes of data to show, 32 unless told. */
  readonly dataBytes?: number;
  /** Whether to leave out what came of it: the line of a call that is just being entered. */
  readonly enterOnly?: boolean;
  /** The words of the result; English if not given. */
  readonly words?: CallWords;
}

/** `send(3, "hello\n", 6) = 6`. Printable ASCII only, whatever the data and the names hold; but for `words`, which are ours. */
export function describeCall(call: Call, options: DescribeOptions = {}): string {
  const edited = call.args.edited === undefined ? '' : ` /* ${call.args.edited} */`;
  const args = argumentsOf(call, options.dataBytes ?? SHOWN_BYTES).join(', ');
  const head = printable(`${call.name}(${args})${edited}`);
  return options.enterOnly ? head : `${head} = ${resultOf(call, options.words)}`;
}

/** A call that is about to be made: `send(3, "hello\n", 6)`, with what it is to send. */
export function describePending(call: Omit<Asked, 'ret'>): string {
  const ret = call.data?.byteLength ?? null;
  return printable(`${call.name}(${argumentsOf({ ...call, ret }, SHOWN_BYTES).join(', ')})`);
}

/** The words that stand in the result of a call. */
export interface CallWords {
  readonly from: string;
  readonly with: string;
  readonly notReturned: string;
  /** What an errno means; '' says nothing of it. */
  meaning(errno: string): string;
}

const STRACE: CallWords = { from: 'from', with: 'with', notReturned: 'not returned', meaning: errnoText };

/**
 * What the call returned: '0', '24 from 127.0.0.1:41234', '-1 EACCES (Permission denied)', '? (not returned)'. In other
 * words where they are given.
 */
export function resultOf(call: Call, words: CallWords = STRACE): string {
  if (call.ret === null) return `? (${words.notReturned})`;
  if (call.errno !== null) {
    const said = words.meaning(call.errno);
    return `${call.ret} ${printable(call.errno)}${said === '' ? '' : ` (${said})`}`;
  }
  const { name, args, ret, remote } = call;
  if ((name === 'accept' || name === 'accept4') && remote !== null)
    return `${ret} ${words.from} ${printable(remote)}`;
  if ((name === 'recvfrom' || name === 'recvmsg') && call.offset === null && remote !== null) {
    const flags = args.msg_flags ? ` ${words.with} ${printable(String(args.msg_flags))}` : '';
    return `${ret} ${words.from} ${printable(remote)}${flags}`;
  }
  if (name === 'recvmsg' && args.msg_flags)
    return `${ret} ${words.with} ${printable(String(args.msg_flags))}`;
  const found = RESULTS[name]
    ?.map((key) => args[key])
    .filter((value) => value !== undefined && value !== null);
  if (name === 'fcntl' && args.cmd === 'F_GETFL') return `${ret} (${printable(String(args.flags))})`;
  return found === undefined || found.length === 0 || found.join('') === ''
    ? `${ret}`
    : `${ret} (${printable(found.join(' '))})`;
}

/** Arguments that the call fills in: they are shown with the result. */
const RESULTS: Readonly<Record<string, readonly string[]>> = {
  getsockopt: ['value'],
  getsockname: ['address'],
  getpeername: ['address'],
  ioctl: ['value'],
  poll: ['revents'],
  select: ['ready'],
  getaddrinfo: ['result'],
  getnameinfo: ['host', 'service'],
  recvmsg: ['msg_flags'],
  socketpair: ['sv'],
  kill: ['to'],
};

/** What the arguments of a call are told from. */
type Asked = Pick<Call, 'name' | 'fd' | 'data' | 'ret' | 'length' | 'args'>;

function argumentsOf(call: Asked, dataBytes: number): readonly string[] {
  const { name } = call;
  const parts = call.fd === null ? [] : [String(call.fd)];
  const direction = DIRECTIONS[name];
  if ((direction !== undefined || name === 'sendall') && call.data !== null && call.ret !== null) {
    // A datagram cut by MSG_TRUNC returns more than the buffer got.
    parts.push(quoted(call.data, Math.min(call.ret, call.length ?? call.ret), dataBytes));
  }
  if (direction !== undefined || name === 'sendall') {
    const { flags, address, iov } = call.args;
    if (iov !== undefined) parts.push(`${iov}`);
    else if (call.length !== null) parts.push(String(call.length));
    if (flags !== undefined && flags !== 0) parts.push(String(flags));
    if (address !== undefined) parts.push(`${address}`);
    return parts;
  }
  return [...parts, ...plainArguments(call)];
}

function plainArguments(call: Asked): readonly string[] {
  const later = new Set([...(RESULTS[call.name] ?? []), 'edited']);
  if (call.name === 'fcntl' && call.args.cmd === 'F_GETFL') later.add('flags');
  return Object.entries(call.args)
    .filter(([key]) => !later.has(key))
    .map(([key, value]) =>
      argument(call.name, key, isUnknownPid(call, key) ? (call.args.to ?? value) : value),
    );
}

/** Before kill(2) is made, the role that it is for stands for the process. */
const isUnknownPid = ({ name, args }: Asked, key: string): boolean =>
  name === 'kill' && key === 'pid' && args.pid === null;

function argument(name: string, key: string, value: ArgValue): string {
  if (name === 'getaddrinfo' && (key === 'node' || key === 'service')) {
    return typeof value === 'string' ? `"${value}"` : String(value ?? 'NULL');
  }
  if (name === 'poll' && key === 'fds') return `[${value}]`;
  return String(value ?? 'NULL');
}

/** The data as a C string; '…' is written as three dots, for bytes that were not kept or are not shown. */
function quoted(data: Uint8Array, moved: number, most: number): string {
  let shown = data.subarray(0, Math.min(most, Math.max(moved, 0)));
  while (escapeBytes(shown).length > SHOWN_CHARACTERS) shown = shown.subarray(0, shown.length - 1);
  return `"${escapeBytes(shown)}"${shown.byteLength < moved ? '...' : ''}`;
}

/** Paths and names come from programs and may hold anything: control characters and what is not ASCII are escaped. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
