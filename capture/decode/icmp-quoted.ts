import { PROTOCOL, type Protocol } from '../columns.ts';
import { readU16, readU32 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { ICMP_ECHO, ICMPV6_ECHO } from './icmp-types.ts';
import { protocolOf } from './ip-protocol.ts';
import { finalDestinationV4 } from './ipv4-route.ts';

// The quoted packet: an IP header and at least 8 bytes of what follows it.
const IPV4 = { header: 20, totalLength: 2, fragment: 6, protocol: 9, source: 12 } as const;
const IPV6 = { header: 40, payloadLength: 4, next: 6, source: 8, destination: 24 } as const;
const FRAGMENT_HEADER = 44;
const IDENTIFIER = 4;

/**
 * Gives the row the flow of the packet that its ICMP error quotes at `at`. The direction is that of the error itself,
 * by its sender: from the flow's A (0), from its B (1), or, when a router sent it, against the quoted packet.
 */
export function tieToQuoted(bytes: Uint8Array, at: number, end: number, out: Decoding): void {
  const version = at < end ? bytes[at]! >> 4 : 0;
  if (version === 4 && end - at >= IPV4.header) {
    const headerLen = (bytes[at]! & 15) * 4;
    const totalLen = readU16(bytes, at + IPV4.totalLength) || end - at;
    const first = (readU16(bytes, at + IPV4.fragment) & 0x1fff) === 0;
    if (!first || headerLen < IPV4.header) return;
    const quoteEnd = Math.min(end, at + totalLen);
    const protocol = bytes[at + IPV4.protocol]!;
    const transport = at + headerLen;
    const destination = finalDestinationV4(bytes, at, transport, quoteEnd);
    if (destination < 0) return;
    tie(bytes, at + IPV4.source, destination, 4, protocol, transport, quoteEnd, out);
  } else if (version === 6 && end - at >= IPV6.header) {
    let transport = at + IPV6.header;
    let protocol = bytes[at + IPV6.next]!;
    const quoteEnd = Math.min(end, transport + readU16(bytes, at + IPV6.payloadLength));
    // The usual extension before the ports of a quoted packet.
    if (protocol === FRAGMENT_HEADER && quoteEnd - transport >= 8) {
      if ((readU16(bytes, transport + 2) & 0xfff8) !== 0) return;
      protocol = bytes[transport]!;
      transport += 8;
    }
    tie(bytes, at + IPV6.source, at + IPV6.destination, 16, protocol, transport, quoteEnd, out);
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
const UDP_LENGTH = 4;
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
      return flows.findTcp(
        bytes,
        source,
        destination,
        addressLen,
        first,
        second,
        flags,
        seq,
        ack,
        false,
        row,
      );
    }
    case PROTOCOL.udp:
      if (quoted < QUOTED.udp || readU16(bytes, at + UDP_LENGTH) < QUOTED.udp)
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
