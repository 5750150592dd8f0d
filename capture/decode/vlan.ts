import { readU16 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { chooseByEtherType } from './ether-type.ts';
import { lengthOrType } from './llc.ts';
import { PROBLEM } from './problems.ts';

// A VLAN tag, IEEE 802.1Q §9.6, without the type before it: tag control 0-1, type of what follows 2-3.
const INNER_TYPE = 2;
const TAG = 4;

/** Decodes the VLAN tag whose control field is at `at`; tags follow each other (802.1ad). */
export function decodeVlan(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < TAG) return out.stop(PROBLEM.linkTruncated, at);
  out.etherType = readU16(bytes, at + INNER_TYPE);
  out.vlans = (out.vlans << 12) | (readU16(bytes, at) & 0xfff);
  if (lengthOrType(out)) return at + TAG;
  chooseByEtherType(out);
  return at + TAG;
}
