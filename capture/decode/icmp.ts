import { PROTOCOL, type Protocol } from '../columns.ts';
import { readU16, readU32 } from './bytes.ts';
import { type Decoding, NEXT, type Next } from './decoding.ts';
import { protocolOf } from './ip-protocol.ts';
import { PROBLEM } from './problems.ts';

// ICMP header, RFC 792 and RFC 4443 §2.1: type 0, code 1, checksum 2-3, what the type needs 4-7.
const CODE = 1;
const IDENTIFIER = 4;
const HEADER = 8;
/** Unreachable, source quench, redirect, time exceeded, parameter problem: they quote the packet they are about. */
const ICMP_ERRORS: readonly number[] = [3, 4, 5, 11, 12];
const ICMP_ECHO: readonly number[] = [0, 8];
const ICMPV6_ECHO: readonly number[] = [128, 129];
/** RFC 4443 §2.1: error messages have types under 128; these are the ones that exist. */
const ICMPV6_ERRORS: readonly number[] = [1, 2, 3, 4];

/** Decodes the ICMP header at `at`. An error gets the flow of the packet that it quotes. */
export function decodeIcmp(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  return decode(bytes, at, end, out, PROTOCOL.icmp, ICMP_ERRORS, ICMP_ECHO);
}

/** Decodes the ICMPv6 header at `at`. An error gets the flow of the packet that it quotes. */
export function decodeIcmpv6(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  return decode(bytes, at, end, out, PROTOCOL.icmpv6, ICMPV6_ERRORS, ICMPV6_ECHO);
}

/** Whether the header of this kind at `at` is an ICMP error, which quotes a packet behind its 8 bytes. */
export function isIcmpError(bytes: Uint8Array, kind: Next, at: number, end: number): boolean {
  if (end - at < HEADER) return false;
  if (kind === NEXT.icmp) return ICMP_ERRORS.includes(bytes[at]!);
  return kind === NEXT.icmpv6 && ICMPV6_ERRORS.includes(bytes[at]!);
}

function decode(
  bytes: Uint8Array,
  at: number,
  end: number,
  out: Decoding,
  protocol: Protocol,
  errors: readonly number[],
  echoes: readonly number[],
): number {
  if (end - at < HEADER) return out.stop(PROBLEM.icmpTruncated, at);
  const { columns, row } = out;
  const type = bytes[at]!;
  columns.transportAt[row] = at - out.frameAt;
  columns.seq[row] = type * 256 + bytes[at + CODE]!;
  columns.payloadAt[row] = at + HEADER - out.frameAt;
  columns.payloadLen[row] = Math.max(0, out.wireEnd - at - HEADER);
  out.next = NEXT.nothing;
  if (errors.includes(type)) {
    tieToQuoted(bytes, at + HEADER, end, out);
    return at + HEADER;
  }
  const id = echoes.includes(type) ? readU16(bytes, at + IDENTIFIER) : 0;
  const { sourceAt, destinationAt, addressLen } = out;
  columns.flow[row] = out.flows.find(bytes, sourceAt, destinationAt, addressLen, id, id, protocol, row);
  columns.direction[row] = out.flows.direction;
  return at + HEADER;
}

// The quoted packet: an IP header and at least 8 bytes of what follows it.
const IPV4 = { header: 20, fragment: 6, protocol: 9, source: 12, destination: 16 } as const;
const IPV6 = { header: 40, next: 6, source: 8, destination: 24 } as const;

function tieToQuoted(bytes: Uint8Array, at: number, end: number, out: Decoding): void {
  const version = at < end ? bytes[at]! >> 4 : 0;
  if (version === 4 && end - at >= IPV4.header) {
    const transport = at + (bytes[at]! & 15) * 4;
    const first = (readU16(bytes, at + IPV4.fragment) & 0x1fff) === 0;
    if (first)
      tie(bytes, at + IPV4.source, at + IPV4.destination, 4, bytes[at + IPV4.protocol]!, transport, end, out);
  } else if (version === 6 && end - at >= IPV6.header) {
    let transport = at + IPV6.header;
    let protocol = bytes[at + IPV6.next]!;
    // The usual extension before the ports of a quoted packet: a fragment header.
    if (protocol === 44 && end - transport >= 8) {
      if ((readU16(bytes, transport + 2) & 0xfff8) !== 0) return;
      protocol = bytes[transport]!;
      transport += 8;
    }
    tie(bytes, at + IPV6.source, at + IPV6.destination, 16, protocol, transport, end, out);
  }
}

function tie(
  bytes: Uint8Array,
  source: number,
  destination: number,
  addressLen: number,
  protocolNumber: number,
  at: number,
  end: number,
  out: Decoding,
): void {
  const { columns, row, flows } = out;
  const protocol = protocolOf(protocolNumber);
  const flow = quotedFlow(bytes, source, destination, addressLen, protocol, at, end, out);
  if (flow < 0) return;
  columns.flow[row] = flow;
  columns.direction[row] = errorDirection(bytes, source, destination, addressLen, flows.direction, out);
}

// What has to be quoted of each header. RFC 792 asks for 8 bytes only, which hold TCP's ports but not its flags.
const QUOTED = { ports: 4, udp: 8, echo: 6, tcp: 16 } as const;
const TCP = { seq: 4, ack: 8, flags: 12 } as const;

function quotedFlow(
  bytes: Uint8Array,
  source: number,
  destination: number,
  addressLen: number,
  protocol: Protocol,
  at: number,
  end: number,
  out: Decoding,
): number {
  const { flows, row } = out;
  const quoted = end - at;
  if (quoted < QUOTED.ports) return -1;
  const first = readU16(bytes, at);
  const second = readU16(bytes, at + 2);
  switch (protocol) {
    case PROTOCOL.tcp: {
      if (quoted < QUOTED.tcp)
        return flows.known(bytes, source, destination, addressLen, first, second, protocol);
      const flags = readU16(bytes, at + TCP.flags) & 0xfff;
      const seq = readU32(bytes, at + TCP.seq);
      const ack = readU32(bytes, at + TCP.ack);
      return flows.findTcp(bytes, source, destination, addressLen, first, second, flags, seq, ack, row);
    }
    case PROTOCOL.udp:
      if (quoted < QUOTED.udp)
        return flows.known(bytes, source, destination, addressLen, first, second, protocol);
      return flows.find(bytes, source, destination, addressLen, first, second, protocol, row);
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6: {
      const echoes = protocol === PROTOCOL.icmp ? ICMP_ECHO : ICMPV6_ECHO;
      if (quoted < QUOTED.echo || !echoes.includes(bytes[at]!)) return -1;
      const id = readU16(bytes, at + IDENTIFIER);
      return flows.known(bytes, source, destination, addressLen, id, id, protocol);
    }
    case PROTOCOL.other:
      return -1;
    default:
      return protocol satisfies never;
  }
}

/**
 * Which way an error goes in the flow it is about: by its own sender, if that is one of the flow's ends; a router's
 * error goes against the packet that it quotes.
 */
function errorDirection(
  bytes: Uint8Array,
  source: number,
  destination: number,
  addressLen: number,
  quoted: number,
  out: Decoding,
): number {
  const bySource = sameAddress(bytes, out.sourceAt, source, addressLen, out.addressLen);
  const byDestination = sameAddress(bytes, out.sourceAt, destination, addressLen, out.addressLen);
  if (bySource && !byDestination) return quoted;
  return 1 - quoted;
}

function sameAddress(bytes: Uint8Array, a: number, b: number, lenA: number, lenB: number): boolean {
  if (lenA !== lenB) return false;
  for (let word = 0; word < lenA; word += 4)
    if (readU32(bytes, a + word) !== readU32(bytes, b + word)) return false;
  return true;
}
