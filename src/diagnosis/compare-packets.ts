import { readU16 } from '../../capture/decode/bytes.ts';
import type { KnownFrame } from './recent-frames.ts';

const IPV4 = { tos: 1, totalLength: 2, id: 4, ttl: 8, protocol: 9, checksum: 10 } as const;
const IPV6 = { payloadLength: 4, nextHeader: 6, hopLimit: 7, header: 40 } as const;
/** Where TCP and UDP have their checksum. */
const CHECKSUM_AT = new Map([
  [6, 16],
  [17, 6],
]);
const NOWHERE = 0xffff;

/**
 * Whether two frames with the same numbers are one packet, captured twice, or two packets. `alike`: all is the same and
 * nothing in it counts packets, as over IPv6 or with 0 for an identification.
 */
export type Sameness = 'same' | 'again' | 'alike';

/**
 * Compares packets from their IP header on. A stack that sends again makes a new packet: most count up the identification
 * of IPv4, and time stamp, acknowledgement or window have often changed. On its way a packet keeps all of these; only TTL,
 * IP checksum, class of service and the link's header differ. Who sends 0 where nothing may be fragmented, as RFC 6864
 * §4.1 allows, counts nothing by it.
 */
export function comparePackets(first: KnownFrame, second: KnownFrame): Sameness {
  const [a, b] = [packetOf(first), packetOf(second)];
  const version = (a[0] ?? 0) >> 4;
  if (a[0] !== b[0] || (a.length !== b.length && first.whole && second.whole)) return 'again';
  const checksum = checksumOf(first, version);
  const length = Math.min(a.length, b.length);
  for (let at = 1; at < length; at++) {
    if (a[at] === b[at] || changes(version, at)) continue;
    // One of the two may have been captured before the network card made the checksum.
    if (at !== checksum && at !== checksum + 1) return 'again';
  }
  return version === 4 && readId(a) > 0 ? 'same' : 'alike';
}

/** Whether two packets have one identification of IPv4 that is not 0. */
export function sameIdentification(first: KnownFrame, second: KnownFrame): boolean {
  const [a, b] = [packetOf(first), packetOf(second)];
  return (a[0] ?? 0) >> 4 === 4 && readId(a) > 0 && readId(a) === readId(b);
}

/**
 * Whether two frames of alike packets were captured at different places: the link's header differs, or routers have
 * counted down the time to live. A greater one is of another packet, such as traceroute(8) sends.
 */
export function isElsewhere(first: KnownFrame, second: KnownFrame): boolean {
  const [before, after] = [ttlOf(first), ttlOf(second)];
  if (after !== before || first.network !== second.network) return after <= before;
  for (let at = 0; at < first.network; at++) if (first.bytes[at] !== second.bytes[at]) return true;
  return false;
}

/** Routers that counted down the time to live between two captures of a packet; below 0 where it grew. */
export function hopsBetween(first: KnownFrame, second: KnownFrame): number {
  return ttlOf(first) - ttlOf(second);
}

function ttlOf({ bytes, network }: KnownFrame): number {
  return bytes[network + ((bytes[network] ?? 0) >> 4 === 4 ? IPV4.ttl : IPV6.hopLimit)] ?? 0;
}

/** What was captured from the IP header on, without the padding of the link. */
function packetOf({ bytes, network }: KnownFrame): Uint8Array {
  const isFour = (bytes[network] ?? 0) >> 4 === 4;
  const field = network + (isFour ? IPV4.totalLength : IPV6.payloadLength);
  const length = field + 2 <= bytes.length ? readU16(bytes, field) : 0;
  // 0: the network card was to cut it up.
  if (length === 0) return bytes.subarray(network);
  return bytes.subarray(network, network + length + (isFour ? 0 : IPV6.header));
}

/** Where the checksum of TCP or UDP stands in a packet; far behind it where there is none. */
function checksumOf({ bytes, network, transport }: KnownFrame, version: number): number {
  const protocol = bytes[network + (version === 4 ? IPV4.protocol : IPV6.nextHeader)] ?? 0;
  const at = CHECKSUM_AT.get(protocol);
  return at === undefined || transport === NOWHERE ? NOWHERE : transport - network + at;
}

/** Whether routers change this byte of the IP header. */
function changes(version: number, at: number): boolean {
  if (version === 6) return at === IPV6.hopLimit || at === IPV4.tos;
  return at === IPV4.tos || at === IPV4.ttl || at === IPV4.checksum || at === IPV4.checksum + 1;
}

function readId(packet: Uint8Array): number {
  return packet.length >= IPV4.id + 2 ? readU16(packet, IPV4.id) : 0;
}
