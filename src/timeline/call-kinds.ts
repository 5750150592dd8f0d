import type { Call } from '../sockets/call.ts';

const SENDS: ReadonlySet<string> = new Set(['send', 'sendto', 'sendmsg', 'sendmmsg', 'write', 'writev']);
const RECEIVES: ReadonlySet<string> = new Set(['recv', 'recvfrom', 'recvmsg', 'recvmmsg', 'read', 'readv']);

/** A call that hands bytes to the kernel. sendall does not: the sends that it spans do. */
export function isSend(call: Call): boolean {
  return SENDS.has(call.name);
}

export function isReceive(call: Call): boolean {
  return RECEIVES.has(call.name);
}

/** A call that moves bytes, or that spans those which do. */
export function movesBytes(call: Call): boolean {
  return isSend(call) || isReceive(call) || call.name === 'sendall';
}

export function isAccept(call: Call): boolean {
  return call.name === 'accept' || call.name === 'accept4';
}

/** Whether the call's flags hold this one: 'MSG_PEEK'. */
export function hasFlag(call: Call, flag: string): boolean {
  const { flags } = call.args;
  return typeof flags === 'string' && flags.split('|').includes(flag);
}

/** Whether one of the arguments is this constant: 'SHUT_WR', 'SOCK_DGRAM', alone or among flags. */
export function hasConstant(call: Call, name: string): boolean {
  for (const value of Object.values(call.args)) {
    if (value === name || (typeof value === 'string' && value.split('|').includes(name))) return true;
  }
  return false;
}

/** A shutdown that ends sending: SHUT_WR and SHUT_RDWR make a FIN, SHUT_RD makes none. */
export function shutsWriting(call: Call): boolean {
  return call.name === 'shutdown' && !hasConstant(call, 'SHUT_RD') && call.args.how !== 0;
}

/** Whether a setsockopt sets this option, and on (true) or off (false); null when it sets another or failed. */
export function optionSet(call: Call, option: string): boolean | null {
  if (call.name !== 'setsockopt' || call.ret !== 0 || !hasConstant(call, option)) return null;
  const value = optionValue(call);
  return value === null ? null : value !== 0;
}

/** The int that a setsockopt gave; null where it is no int. */
export function optionValue(call: Call): number | null {
  for (const [name, value] of Object.entries(call.args)) {
    if (name === 'level' || name === 'optlen' || name === 'optname' || name === 'name') continue;
    if (typeof value === 'number') return value;
  }
  return null;
}

/** Whether a setsockopt of SO_LINGER makes close() abort the connection: on, with 0 seconds. */
export function lingersZero(call: Call): boolean | null {
  if (call.name !== 'setsockopt' || call.ret !== 0 || !hasConstant(call, 'SO_LINGER')) return null;
  const numbers: number[] = [];
  for (const [name, value] of Object.entries(call.args)) {
    if (name === 'level' || name === 'optlen' || name === 'optname' || name === 'name') continue;
    if (typeof value === 'number') numbers.push(value);
    else if (typeof value === 'string') numbers.push(...(value.match(/\d+/g) ?? []).map(Number));
  }
  const [on, seconds] = numbers;
  return on !== undefined && seconds !== undefined && on !== 0 && seconds === 0;
}
