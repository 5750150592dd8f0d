import { readU16 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';

// ERSPAN, draft-foschiano-erspan-03 §4: version 0 (4 bits), VLAN, then class of service, flags and session 2-3.
// Type II (version 1) has 8 bytes; type III (version 2) 12, frame type and "a subheader follows" at 10, and the subheader 8.
export const ERSPAN = {
  frameType: 10,
  frameTypeMask: 0x7c00,
  subheaderMask: 0x0001,
  typeII: 8,
  typeIII: 12,
  subheader: 8,
} as const;
const ETHERNET = 0;

/** Version in the ERSPAN header at `at`, of which one byte is there at least: 1 is type II, 2 is type III. */
export function erspanVersion(bytes: Uint8Array, at: number): number {
  return bytes[at]! >> 4;
}

/** Decodes the ERSPAN header of type II or III at `at`; the mirrored frame follows. */
export function decodeErspan(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  if (end - at < ERSPAN.typeII) return out.stop(PROBLEM.greTruncated, at);
  const version = erspanVersion(bytes, at);
  if (version === 1) {
    out.next = NEXT.ethernet;
    return at + ERSPAN.typeII;
  }
  if (version !== 2) return at;
  if (end - at < ERSPAN.typeIII) return out.stop(PROBLEM.greTruncated, at);
  const flags = readU16(bytes, at + ERSPAN.frameType);
  const next = at + ERSPAN.typeIII + ((flags & ERSPAN.subheaderMask) === 0 ? 0 : ERSPAN.subheader);
  if (next > end) return out.stop(PROBLEM.greTruncated, at);
  if ((flags & ERSPAN.frameTypeMask) === ETHERNET) out.next = NEXT.ethernet;
  return next;
}

/** Type I has no header: the mirrored frame begins at once. */
export function decodeErspanTypeI(at: number, out: Decoding): number {
  out.next = NEXT.ethernet;
  return at;
}
