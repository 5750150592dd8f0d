/** getaddrinfo(3) and getnameinfo(3): names ⇔ addresses. Not system calls, but what a program's first line often is. */
import { begin } from './active-call.ts';
import { AF_INET6, AF_UNSPEC } from './constants.ts';
import * as libc from './libc.ts';
import { addressText, decodeAddress, encodeAddress, SOCKADDR_SIZE } from './sockaddr.ts';
import { addressInfoFlags, familyName, nameInfoFlags, protocolName, socketTypeName } from './symbols.ts';
import type { Address, CallResult } from './types.ts';

// struct addrinfo with 64-bit pointers.
const FLAGS = 0;
const FAMILY = 4;
const TYPE = 8;
const PROTOCOL = 12;
const ADDRESS_LENGTH = 16;
const ADDRESS = 24;
const CANONICAL_NAME = 32;
const NEXT = 40;
const ADDRINFO_SIZE = 48;
/** More addresses than any resolver gives; a list that goes on is not followed. */
const MOST_RESULTS = 1000;
const NI_MAXHOST = 1025;
const NI_MAXSERV = 32;

export interface AddressHints {
  readonly family?: number;
  readonly type?: number;
  readonly protocol?: number;
  readonly flags?: number;
}

/** One result of getaddrinfo: what to give to socket() and connect(). */
export interface AddressInfo {
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  readonly canonicalName: string | null;
  readonly address: Address;
}

/** Addresses of a host and service, in the order to try them. A failure has getaddrinfo's own names: EAI_NONAME. */
export function getaddrinfo(
  node: string | null,
  service: string | number | null,
  hints: AddressHints = {},
): CallResult<readonly AddressInfo[]> {
  const list = new BigUint64Array(1);
  let found: readonly AddressInfo[] = [];
  const call = begin('getaddrinfo', null, {
    mayBlock: true,
    args: (call) => ({
      node,
      service,
      ...hintsText(hints),
      ...(call.isReturned ? { result: found.map(({ address }) => addressText(address)).join(', ') } : {}),
    }),
  });
  const text = service === null ? null : String(service);
  const code = libc.getaddrinfo(node, text, hintsBytes(hints), list);
  call.leaveNamed(code);
  const first = list[0] ?? 0n;
  if (code === 0 && first !== 0n) {
    found = readList(first);
    libc.freeaddrinfo(first);
  }
  call.record();
  return call.errno === 0 ? { ok: true, value: found } : call.failure();
}

/** The names of an address, or its numeric form with NI_NUMERICHOST and NI_NUMERICSERV. */
export function getnameinfo(address: Address, flags = 0): CallResult<{ host: string; service: string }> {
  const isIpv6 = typeof address !== 'string' && address[0].includes(':');
  const bytes = encodeAddress(address, isIpv6 ? AF_INET6 : AF_UNSPEC);
  const host = Buffer.alloc(NI_MAXHOST);
  const service = Buffer.alloc(NI_MAXSERV);
  const call = begin('getnameinfo', null, {
    mayBlock: true,
    args: (call) => ({
      address: addressText(address),
      flags: nameInfoFlags(flags),
      ...(call.isReturned && call.errno === 0 ? { host: cString(host), service: cString(service) } : {}),
    }),
  });
  call.leaveNamed(libc.getnameinfo(bytes, bytes.byteLength, host, NI_MAXHOST, service, NI_MAXSERV, flags));
  call.record();
  if (call.errno !== 0) return call.failure();
  return { ok: true, value: { host: cString(host), service: cString(service) } };
}

function readList(first: bigint): readonly AddressInfo[] {
  const found: AddressInfo[] = [];
  for (let at = first; at !== 0n && found.length < MOST_RESULTS; ) {
    const info = libc.memoryAt(at, ADDRINFO_SIZE);
    const length = Math.min(info.getUint32(ADDRESS_LENGTH, true), SOCKADDR_SIZE);
    const from = libc.memoryAt(info.getBigUint64(ADDRESS, true), length);
    const address = decodeAddress(new Uint8Array(from.buffer), length);
    const canonical = info.getBigUint64(CANONICAL_NAME, true);
    if (address !== null) {
      found.push({
        family: info.getInt32(FAMILY, true),
        type: info.getInt32(TYPE, true),
        protocol: info.getInt32(PROTOCOL, true),
        canonicalName: canonical === 0n ? null : libc.stringAt(canonical),
        address,
      });
    }
    at = info.getBigUint64(NEXT, true);
  }
  return found;
}

function hintsBytes(hints: AddressHints): Uint8Array {
  const bytes = new Uint8Array(ADDRINFO_SIZE);
  const view = new DataView(bytes.buffer);
  view.setInt32(FLAGS, hints.flags ?? 0, true);
  view.setInt32(FAMILY, hints.family ?? AF_UNSPEC, true);
  view.setInt32(TYPE, hints.type ?? 0, true);
  view.setInt32(PROTOCOL, hints.protocol ?? 0, true);
  return bytes;
}

function hintsText(hints: AddressHints): Record<string, string | number> {
  const text: Record<string, string | number> = {};
  if (hints.family !== undefined) text.family = familyName(hints.family);
  if (hints.type !== undefined) text.type = socketTypeName(hints.type);
  if (hints.protocol !== undefined) text.protocol = protocolName(hints.protocol);
  if (hints.flags !== undefined) text.flags = addressInfoFlags(hints.flags);
  return text;
}

const cString = (bytes: Buffer): string => bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(0)));
