import { readU16 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { chooseByEtherType } from './ether-type.ts';
import { PROBLEM } from './problems.ts';

// GRE, RFC 2784 §2.1 with the key and sequence of RFC 2890, version 1 of RFC 2637 §4.1 (PPTP): flags and version 0-1,
// protocol 2-3, then what the flags say, four bytes each.
const TYPE = 2;
const HEADER = 4;
const FLAG = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, acknowledgement: 0x0080 };
/** Mirrored frames; of type I and II, and of type III. */
const MIRROR = { typeII: 0x88be, typeIII: 0x22eb };
const VERSION = 7;
const OPTIONAL = 4;

/** Length of a GRE header of these flags; source routes (RFC 1701), which nobody uses, are not counted. */
export function greLength(flags: number): number {
  let length = HEADER;
  if ((flags & (FLAG.checksum | FLAG.routing)) !== 0) length += OPTIONAL;
  if ((flags & FLAG.key) !== 0) length += OPTIONAL;
  if ((flags & FLAG.sequence) !== 0) length += OPTIONAL;
  if ((flags & VERSION) === 1 && (flags & FLAG.acknowledgement) !== 0) length += OPTIONAL;
  return length;
}

/** Decodes the GRE header at `at`; the tunnelled packet follows. */
export function decodeGre(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  if (end - at < HEADER) return out.stop(PROBLEM.greTruncated, at);
  const flags = readU16(bytes, at);
  const next = at + greLength(flags);
  if (next > end) return out.stop(PROBLEM.greTruncated, at);
  if ((flags & FLAG.routing) !== 0) return next;
  out.etherType = readU16(bytes, at + TYPE);
  // A keep-alive has no protocol, and an acknowledgement of PPTP no payload.
  if (next >= out.wireEnd) return next;
  // Type I has neither a header nor a sequence number.
  if (out.etherType === MIRROR.typeIII) out.next = NEXT.erspan;
  else if (out.etherType === MIRROR.typeII)
    out.next = (flags & FLAG.sequence) === 0 ? NEXT.erspanTypeI : NEXT.erspan;
  else chooseByEtherType(out);
  return next;
}
