import { readU16 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { chooseByEtherType } from './ether-type.ts';
import { PROBLEM } from './problems.ts';

// IEEE 802.2: DSAP 0, SSAP 1, control 2; with SNAP (RFC 1042): organisation 3-5, Ethernet type 6-7.
const SNAP_SAP = 0xaa;
const UNNUMBERED = 3;
const IP_SAP = 0x06;
const SHORT = 3;
const HEADER = 8;
/** Below this the Ethernet type field is a length: IEEE 802.3 §3.2.6. */
const FIRST_TYPE = 1536;

/** Whether `out.etherType` is in truth a length, so that an LLC header follows; sets `out.next` if so. */
export function lengthOrType(out: Decoding): boolean {
  if (out.etherType >= FIRST_TYPE) return false;
  out.next = NEXT.llc;
  return true;
}

/** Decodes the LLC header at `at`, and SNAP behind it. */
export function decodeLlc(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  if (end - at < SHORT) return out.stop(PROBLEM.linkTruncated, at);
  if (bytes[at] === IP_SAP && bytes[at + 2] === UNNUMBERED) {
    out.next = NEXT.ipv4;
    return at + SHORT;
  }
  if (bytes[at] !== SNAP_SAP || bytes[at + 1] !== SNAP_SAP || bytes[at + 2] !== UNNUMBERED) return at;
  if (end - at < HEADER) return out.stop(PROBLEM.linkTruncated, at);
  out.etherType = readU16(bytes, at + 6);
  // Organisation 0 has Ethernet types; others have numbers of their own.
  if (bytes[at + 3] === 0 && bytes[at + 4] === 0 && bytes[at + 5] === 0) chooseByEtherType(out);
  return at + HEADER;
}
