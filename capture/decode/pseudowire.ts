import { readU16 } from './bytes.ts';
import { type Decoding, NEXT, type Next } from './decoding.ts';
import { ETHERTYPE } from './ether-type.ts';

// The control word before Ethernet in MPLS, RFC 4448 §4.6: four bits 0, then reserved 0, sequence number 2-3.
const CONTROL_WORD = 4;
const ADDRESSES = 12;
const HEADER = 14;
const MOST_LENGTH = 1500;
const KNOWN: ReadonlySet<number> = new Set(Object.values(ETHERTYPE));

/**
 * What stands under a label whose payload begins with four bits 0: Ethernet with a control word or without one. Nothing in
 * the packet says which; what Ethernet would carry does.
 */
export function pseudowireAt(bytes: Uint8Array, at: number, end: number): Next {
  const [withWord, without] = [isEthernet(bytes, at + CONTROL_WORD, end), isEthernet(bytes, at, end)];
  if (withWord !== without) return withWord ? NEXT.pseudowire : NEXT.pseudowireBare;
  if (end - at < HEADER) return NEXT.nothing;
  return readU16(bytes, at) === 0 ? NEXT.pseudowire : NEXT.pseudowireBare;
}

/** Steps over the control word at `at`, if there is one; a frame of Ethernet follows. */
export function decodePseudowire(at: number, hasControlWord: boolean, out: Decoding): number {
  out.next = NEXT.ethernet;
  return hasControlWord ? at + CONTROL_WORD : at;
}

/** Whether a header of Ethernet may stand there: its type is known and fits what follows, or is the length of what is left. */
function isEthernet(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + HEADER > end) return false;
  const type = readU16(bytes, at + ADDRESSES);
  if (type <= MOST_LENGTH) return type > 0 && at + HEADER + type <= end;
  if (!KNOWN.has(type)) return false;
  const version = at + HEADER < end ? bytes[at + HEADER]! >> 4 : 0;
  if (type === ETHERTYPE.ipv4) return version === 4;
  return type !== ETHERTYPE.ipv6 || version === 6;
}
