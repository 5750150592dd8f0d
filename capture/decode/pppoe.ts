import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';

// PPPoE header, RFC 2516 §4: version and type 0, code 1, session 2-3, length 4-5.
const CODE = 1;
const HEADER = 6;
const SESSION_DATA = 0;

/** Decodes the PPPoE header of discovery at `at`, RFC 2516 §5; behind it stand tags alone. */
export function decodePppoeDiscovery(_bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  return end - at < HEADER ? out.stop(PROBLEM.pppTruncated, at) : at + HEADER;
}

/** Decodes the PPPoE header of a session at `at`; PPP follows, without the framing of HDLC. */
export function decodePppoe(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  if (end - at < HEADER) return out.stop(PROBLEM.pppTruncated, at);
  if (bytes[at + CODE] === SESSION_DATA) out.next = NEXT.ppp;
  return at + HEADER;
}
