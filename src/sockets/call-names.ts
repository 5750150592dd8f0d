import { MSG_PEEK } from './constants.ts';

/** Every call that is recorded has a small number in the log; the order is part of the log's format only, never of a session. */
export const CALL_NAMES = [
  'socket',
  'bind',
  'listen',
  'accept',
  'accept4',
  'connect',
  'send',
  'sendto',
  'sendmsg',
  'write',
  'sendall',
  'recv',
  'recvfrom',
  'recvmsg',
  'read',
  'shutdown',
  'close',
  'setsockopt',
  'getsockopt',
  'getsockname',
  'getpeername',
  'fcntl',
  'ioctl',
  'poll',
  'select',
  'getaddrinfo',
  'getnameinfo',
  'socketpair',
  'dup',
  'kill',
] as const;
export type CallName = (typeof CALL_NAMES)[number];

/** The calls that move data, and which way. */
export const DIRECTIONS: Readonly<Partial<Record<string, 'send' | 'receive'>>> = {
  send: 'send',
  sendto: 'send',
  sendmsg: 'send',
  write: 'send',
  recv: 'receive',
  recvfrom: 'receive',
  recvmsg: 'receive',
  read: 'receive',
};

/** Bytes that a data call which returned `ret` moved for good: not those that were only peeked at. */
export function movedBytes(name: string, ret: number, flags: number): number {
  if (ret <= 0 || !(name in DIRECTIONS)) return 0;
  return (flags & MSG_PEEK) === 0 ? ret : 0;
}

const NUMBERS = new Map<string, number>(CALL_NAMES.map((name, index) => [name, index]));

export const callNumber = (name: CallName): number => NUMBERS.get(name) ?? 0;
