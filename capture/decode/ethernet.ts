import { readU16 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { chooseByEtherType } from './ether-type.ts';
import { lengthOrType } from './llc.ts';
import { PROBLEM } from './problems.ts';

// Ethernet II header, IEEE 802.3 §3.1: destination 0-5, source 6-11, type 12-13.
const TYPE = 12;
const HEADER = 14;

/** Decodes the Ethernet header at `at`; leaves its type in `out.etherType`. */
export function decodeEthernet(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < HEADER) return out.stop(PROBLEM.linkTruncated, at);
  out.etherType = readU16(bytes, at + TYPE);
  if (!lengthOrType(out)) chooseByEtherType(out);
  return at + HEADER;
}
