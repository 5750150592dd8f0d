import { readU16 } from '../../../capture/decode/bytes.ts';
import type { KnownFrame } from './recent-frames.ts';

const CHECKSUM_AT = 16;
/** Headers of every kind fit into this. */
export const HEADERS = 512;

/**
 * Whether two frames with the same bytes of a stream are one packet, captured twice, or were sent twice. `alike`: the
 * headers are the same and hold nothing that counts packets, as over IPv6 or with 0 for an identification.
 */
export type Copy = 'same' | 'again' | 'alike';

/**
 * Compares headers. A stack that sends again makes a new packet: most count up the identification of IPv4, and time
 * stamp, acknowledgement or window have often changed. On its way a packet keeps all of these; only TTL, IP checksum and
 * the link's header differ. Who sends 0 where nothing may be fragmented, as RFC 6864 §4.1 allows, counts nothing by it.
 */
export function compareCopies(first: KnownFrame, second: KnownFrame): Copy {
  const [a, b] = [identification(first), identification(second)];
  if (a !== b) return 'again';
  if (!sameTcpHeader(first, second)) return 'again';
  return a > 0 ? 'same' : 'alike';
}

/** Identification of IPv4; 0 where there is none. */
function identification({ bytes, network }: KnownFrame): number {
  const isFour = (bytes[network] ?? 0) >> 4 === 4;
  return isFour && network + 6 <= bytes.length ? readU16(bytes, network + 4) : 0;
}

function sameTcpHeader(first: KnownFrame, second: KnownFrame): boolean {
  const length = Math.max(20, ((first.bytes[first.transport + 12] ?? 0) >> 4) * 4);
  for (let at = 0; at < length; at++) {
    // One of the two may have been captured before the network card made the checksum.
    if (at === CHECKSUM_AT) at += 2;
    if (first.bytes[first.transport + at] !== second.bytes[second.transport + at]) return false;
  }
  return true;
}
