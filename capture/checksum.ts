import { PROTOCOL } from './columns.ts';
import { readU16 } from './decode/bytes.ts';
import { finalDestinationV4 } from './decode/ipv4-route.ts';
import { finalDestination } from './decode/ipv6-extensions.ts';

/**
 * What a transport checksum says; `partial`: it covers the pseudo header alone, or is 0: the rest was left to the network
 * card.
 */
export const CHECKSUM = { unknown: 0, right: 1, partial: 2, wrong: 3 } as const;
export type ChecksumVerdict = (typeof CHECKSUM)[keyof typeof CHECKSUM];

/** By PROTOCOL: where the checksum stands in the transport header, and the number of the protocol in IP. */
const CHECKSUM_AT: readonly number[] = [0, 16, 6, 2, 2];
const PROTOCOL_NUMBER: readonly number[] = [0, 6, 17, 1, 58];

/** Fewer bytes are summed before a view of them is made. */
const WORTH_A_VIEW = 128;

/** Sum of 16-bit words of `bytes`, carries added: 0xffff when it covers a right checksum (RFC 1071). */
export function internetSum(bytes: Uint8Array, from: number, to: number): number {
  let total = 0;
  let start = from;
  if (to - from >= WORTH_A_VIEW) {
    // Two words at a time: their carries are folded in all the same.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; start + 3 < to; start += 4) total += view.getUint32(start);
  }
  for (let offset = start; offset + 1 < to; offset += 2)
    total += (bytes[offset] ?? 0) * 256 + (bytes[offset + 1] ?? 0);
  if ((to - from) % 2 === 1) total += (bytes[to - 1] ?? 0) * 256;
  return fold(total);
}

/** Where the IP datagram at `network` ends in its frame, as its header says; a length of 0 was left to the network card. */
export function datagramEnd(frame: Uint8Array, network: number): number {
  const isSix = (frame[network] ?? 0) >> 4 === 6;
  const length = readU16(frame, network + (isSix ? 4 : 2));
  if (length === 0) return frame.length;
  return network + length + (isSix ? 40 : 0);
}

/**
 * Judges the checksum of the TCP, UDP or ICMP segment at `transport` behind the IP header at `network`. Unknown when
 * the frame (of a fragment that completes its datagram, with that behind it) does not hold all of it, and for UDP without one.
 */
export function transportChecksum(
  frame: Uint8Array,
  network: number,
  transport: number,
  protocol: number,
): ChecksumVerdict {
  const said = datagramEnd(frame, network);
  // A datagram that was put together stands behind the frame of the last of its fragments.
  const end = said <= transport ? frame.length : said;
  const field = transport + (CHECKSUM_AT[protocol] ?? 0);
  if (protocol === PROTOCOL.other || end > frame.length || field + 2 > end) return CHECKSUM.unknown;
  const stored = readU16(frame, field);
  // None was made: allowed over IPv4 (RFC 768), and over IPv6 for some tunnels (RFC 6935).
  if (protocol === PROTOCOL.udp && stored === 0) return CHECKSUM.unknown;
  return segmentChecksum(frame, network, transport, end, protocol);
}

/** Judges the checksum of the segment from `transport` to `end`, all of which is there, behind the IP header at `network`. */
export function segmentChecksum(
  frame: Uint8Array,
  network: number,
  transport: number,
  end: number,
  protocol: number,
): ChecksumVerdict {
  const stored = readU16(frame, transport + (CHECKSUM_AT[protocol] ?? 0));
  const pseudo =
    protocol === PROTOCOL.icmp
      ? 0
      : pseudoSum(frame, network, transport, end, PROTOCOL_NUMBER[protocol] ?? 0);
  if (fold(pseudo + internetSum(frame, transport, end)) === 0xffff) return CHECKSUM.right;
  return stored === fold(pseudo) || stored === 0 ? CHECKSUM.partial : CHECKSUM.wrong;
}

/** Whether the checksum of the IPv4 header from `at` to `end` is right (RFC 791 §3.1). */
export function headerChecksum(frame: Uint8Array, at: number, end: number): boolean {
  return internetSum(frame, at, end) === 0xffff;
}

/** Judges the checksum of the IPv4 header at `network`; unknown of IPv6, which has none, and of a header that is cut. */
export function ipv4HeaderChecksum(frame: Uint8Array, network: number): ChecksumVerdict {
  const first = frame[network] ?? 0;
  const end = network + (first & 15) * 4;
  if (first >> 4 !== 4 || end < network + 20 || end > frame.length) return CHECKSUM.unknown;
  if (headerChecksum(frame, network, end)) return CHECKSUM.right;
  return readU16(frame, network + 10) === 0 ? CHECKSUM.partial : CHECKSUM.wrong;
}

/** Judges both checksums of a packet, that of the IPv4 header and that of what it carries: the worse verdict of the two. */
export function packetChecksum(
  frame: Uint8Array,
  network: number,
  transport: number,
  protocol: number,
): ChecksumVerdict {
  const header = ipv4HeaderChecksum(frame, network);
  const carried = transportChecksum(frame, network, transport, protocol);
  return header > carried ? header : carried;
}

/** Sum of the pseudo header of RFC 9293 §3.1 (IPv4) or RFC 8200 §8.1. */
function pseudoSum(
  frame: Uint8Array,
  network: number,
  transport: number,
  end: number,
  protocol: number,
): number {
  const length = end - transport;
  return fold(addressSum(frame, network, transport) + (length >>> 16) + (length & 0xffff) + protocol);
}

function addressSum(frame: Uint8Array, network: number, transport: number): number {
  const first = frame[network] ?? 0;
  if (first >> 4 === 4) {
    const to = finalDestinationV4(frame, network, network + (first & 15) * 4, frame.length);
    if (to < 0 || to === network + 16) return internetSum(frame, network + 12, network + 20);
    return internetSum(frame, network + 12, network + 16) + internetSum(frame, to, to + 4);
  }
  const final = finalDestination(frame, network, transport);
  return internetSum(frame, network + 8, network + 24) + internetSum(frame, final, final + 16);
}

function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = Math.floor(folded / 0x10000) + (folded & 0xffff);
  return folded;
}
