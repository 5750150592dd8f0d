import { readU16 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { chooseByEtherType, ETHERTYPE } from './ether-type.ts';
import { PROBLEM } from './problems.ts';

// GENEVE, RFC 8926 §3.4: version (2 bits) and length of the options in four bytes (6 bits) 0, flags 1, protocol 2-3,
// network 4-6, reserved 7, then the options.
const TYPE = 2;
export const GENEVE_HEADER = 8;
const OPTIONS = 0x3f;

/** Bytes of options that the first byte of a GENEVE header says. */
export function geneveOptions(first: number): number {
  return (first & OPTIONS) * 4;
}

/** Decodes the GENEVE header at `at`, of whatever version; what its protocol type says follows. */
export function decodeGeneve(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  if (end - at < GENEVE_HEADER) return out.stop(PROBLEM.tunnelTruncated, at);
  const next = at + GENEVE_HEADER + geneveOptions(bytes[at]!);
  if (next > end) return out.stop(PROBLEM.tunnelTruncated, at);
  out.etherType = readU16(bytes, at + TYPE);
  // PPP has a type for GRE alone (RFC 2637 §4.1).
  if (out.etherType !== ETHERTYPE.ppp) chooseByEtherType(out);
  return next;
}
