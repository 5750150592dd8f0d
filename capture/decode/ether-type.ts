import { readU16 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';

export const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, qinq: 0x88a8, oldQinq: 0x9100 } as const;

// A VLAN tag, IEEE 802.1Q §9.6: tag control 0-1, type of what follows 2-3.
const INNER_TYPE = 2;
const TAG = 4;
/** Tags follow each other; more than this is damage. */
const MAX_TAGS = 8;

/** Chooses what follows by `out.etherType`, after stepping over VLAN tags. */
export function decodeEtherType(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  let next = at;
  for (let tags = 0; tags < MAX_TAGS && isTag(out.etherType); tags++) {
    if (end - next < TAG) return out.stop(PROBLEM.linkTruncated, next);
    out.etherType = readU16(bytes, next + INNER_TYPE);
    next += TAG;
  }
  if (out.etherType === ETHERTYPE.ipv4) out.next = NEXT.ipv4;
  else if (out.etherType === ETHERTYPE.ipv6) out.next = NEXT.ipv6;
  else out.next = NEXT.nothing;
  return next;
}

function isTag(type: number): boolean {
  return type === ETHERTYPE.vlan || type === ETHERTYPE.qinq || type === ETHERTYPE.oldQinq;
}
