import { readU16, readU32, readU32le } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { chooseByEtherType, ETHERTYPE } from './ether-type.ts';
import { PROBLEM } from './problems.ts';

// BSD loopback: the address family as a 32-bit word, then the packet. LINKTYPE_NULL has it in the byte order of the
// machine that captured, which need not be that of the file; LINKTYPE_LOOP in network byte order.
const HEADER = 4;
const AF_INET = 2;
/** AF_INET6 on Linux, NetBSD and OpenBSD, FreeBSD, macOS; 23 is Windows. */
const AF_INET6: readonly number[] = [10, 23, 24, 28, 30];

/** Decodes the family word at `at`, in whichever byte order makes sense of it. */
export function decodeLoopback(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < HEADER) return out.stop(PROBLEM.linkTruncated, at);
  const bigEndian = readU32(bytes, at);
  const family = bigEndian <= 0xffff ? bigEndian : readU32le(bytes, at);
  if (family === AF_INET) out.next = NEXT.ipv4;
  else if (AF_INET6.includes(family)) out.next = NEXT.ipv6;
  else {
    // Some writers put an Ethernet type into the second half of the word.
    out.etherType = readU16(bytes, at + 2);
    if (out.etherType !== ETHERTYPE.ipv4 && out.etherType !== ETHERTYPE.ipv6) {
      return out.stop(PROBLEM.nullFamily, at);
    }
    chooseByEtherType(out);
  }
  return at + HEADER;
}
