import { readU16 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';

// PPP, RFC 1661 §2 and RFC 1662 §3.1: address 0xff and control 0x03, which may be left out, then the protocol, of which
// the first byte may be left out when it is 0 (an odd byte ends it).
const ADDRESS = 0xff;
const CONTROL = 0x03;
const PROTOCOL = { ipv4: 0x0021, ipv6: 0x0057, mpls: 0x0281 } as const;

/** Where the protocol field of the PPP header at `at` stands. */
export function pppProtocolAt(bytes: Uint8Array, at: number, end: number): number {
  return end - at >= 2 && bytes[at] === ADDRESS && bytes[at + 1] === CONTROL ? at + 2 : at;
}

/** Decodes the PPP header at `at`. */
export function decodePpp(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  const protocolAt = pppProtocolAt(bytes, at, end);
  const short = protocolAt < end && (bytes[protocolAt]! & 1) === 1;
  const next = protocolAt + (short ? 1 : 2);
  if (next > end) return out.stop(PROBLEM.pppTruncated, at);
  const protocol = short ? bytes[protocolAt]! : readU16(bytes, protocolAt);
  if (protocol === PROTOCOL.ipv4) out.next = NEXT.ipv4;
  else if (protocol === PROTOCOL.ipv6) out.next = NEXT.ipv6;
  else if (protocol === PROTOCOL.mpls) out.next = NEXT.mpls;
  return next;
}
