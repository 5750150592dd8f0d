import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';

// PPPoE session header, RFC 2516 §4: version and type 0, code 1, session 2-3, length 4-5.
const CODE = 1;
const HEADER = 6;
const SESSION_DATA = 0;

/** Decodes the PPPoE header at `at`; PPP follows, without the framing of HDLC. */
export function decodePppoe(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  if (end - at < HEADER) return out.stop(PROBLEM.pppTruncated, at);
  if (bytes[at + CODE] === SESSION_DATA) out.next = NEXT.ppp;
  return at + HEADER;
}
