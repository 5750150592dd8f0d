/** Numbers of the socket API turned into the names of the manual pages, for records and for people. */
import { CONSTANTS } from './constants.ts';

type Table = ReadonlyMap<number, string>;

const MSG = namesOf('MSG_');
const POLL = namesOf('POLL');
const AF = namesOf('AF_');
const SOCK = namesOf('SOCK_', ['SOCK_NONBLOCK', 'SOCK_CLOEXEC']);
const SOCK_FLAGS: Table = new Map([
  [CONSTANTS.SOCK_NONBLOCK, 'SOCK_NONBLOCK'],
  [CONSTANTS.SOCK_CLOEXEC, 'SOCK_CLOEXEC'],
]);
const IPPROTO = namesOf('IPPROTO_');
const SHUT = namesOf('SHUT_');
const FCNTL = namesOf('F_');
const OPEN_FLAGS: Table = new Map([
  [CONSTANTS.O_APPEND, 'O_APPEND'],
  [CONSTANTS.O_NONBLOCK, 'O_NONBLOCK'],
  [CONSTANTS.O_ASYNC, 'O_ASYNC'],
]);
const ACCESS_MODES = ['O_RDONLY', 'O_WRONLY', 'O_RDWR'];
const IOCTL = namesOf('SIOC');
const AI = namesOf('AI_');
const NI = namesOf('NI_');

/** Socket options by level: the same number means another option at another level. */
const OPTIONS: ReadonlyMap<number, Table> = new Map([
  [CONSTANTS.SOL_SOCKET, namesOf('SO_')],
  [CONSTANTS.IPPROTO_TCP, namesOf('TCP_')],
  [
    CONSTANTS.IPPROTO_IP,
    namesOf(
      'IP_',
      Object.keys(CONSTANTS).filter((name) => name.startsWith('IP_PMTUDISC_')),
    ),
  ],
  [CONSTANTS.IPPROTO_IPV6, namesOf('IPV6_')],
]);

/** 'MSG_PEEK|MSG_DONTWAIT'; the number 0 for no flags. */
export const msgFlags = (flags: number): string | number => flagNames(flags, MSG);
/** 'POLLIN|POLLOUT'. */
export const pollEvents = (events: number): string | number => flagNames(events, POLL);
/** Flags of getaddrinfo's hints: 'AI_PASSIVE'. */
export const addressInfoFlags = (flags: number): string | number => flagNames(flags, AI);
export const nameInfoFlags = (flags: number): string | number => flagNames(flags, NI);
export const familyName = (family: number): string | number => AF.get(family) ?? family;
export const fcntlName = (command: number): string | number => FCNTL.get(command) ?? command;
export const ioctlName = (request: number): string => IOCTL.get(request) ?? hex(request);
export const shutdownName = (how: number): string | number => SHUT.get(how) ?? how;

/** 'SOCK_STREAM|SOCK_NONBLOCK'. */
export function socketTypeName(type: number): string | number {
  const flags = type & (CONSTANTS.SOCK_NONBLOCK | CONSTANTS.SOCK_CLOEXEC);
  const base = SOCK.get(type & ~flags) ?? type & ~flags;
  return flags === 0 ? base : `${base}|${flagNames(flags, SOCK_FLAGS)}`;
}

/** 'IPPROTO_TCP'; 0 stays 0, since "the default protocol" is what the author asked for. */
export function protocolName(protocol: number): string | number {
  return protocol === 0 ? 0 : (IPPROTO.get(protocol) ?? protocol);
}

/** 'O_RDWR|O_NONBLOCK', as fcntl(F_GETFL) and F_SETFL use them; F_SETFL ignores the access mode, so 0 shows as 0. */
export function openFlags(flags: number, withAccessMode: boolean): string | number {
  const rest = flagNames(flags & ~3, OPEN_FLAGS);
  if (!withAccessMode) return rest;
  const mode = ACCESS_MODES[flags & 3] ?? 'O_RDONLY';
  return rest === 0 ? mode : `${mode}|${rest}`;
}

/** 'SOL_SOCKET' or the protocol's name, as the second argument of setsockopt. */
export function optionLevel(level: number): string | number {
  return level === CONSTANTS.SOL_SOCKET ? 'SOL_SOCKET' : (IPPROTO.get(level) ?? level);
}

/** 'SO_REUSEADDR', 'TCP_NODELAY'. */
export const optionName = (level: number, name: number): string | number =>
  OPTIONS.get(level)?.get(name) ?? name;

function flagNames(flags: number, table: Table): string | number {
  if (flags === 0) return 0;
  const names: string[] = [];
  let rest = flags;
  for (const [bit, name] of table) {
    if (bit === 0 || (rest & bit) !== bit) continue;
    names.push(name);
    rest &= ~bit;
  }
  if (rest !== 0) names.push(hex(rest));
  return names.join('|');
}

function namesOf(prefix: string, except: readonly string[] = []): Table {
  const table = new Map<number, string>();
  for (const [name, value] of Object.entries(CONSTANTS)) {
    if (name.startsWith(prefix) && !except.includes(name)) table.set(value, name);
  }
  return table;
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
