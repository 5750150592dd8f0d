import { readU16 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { chooseByEtherType } from './ether-type.ts';
import { PROBLEM } from './problems.ts';

// Linux "cooked" capture, LINKTYPE_LINUX_SLL: packet type 0-1, ARPHRD_ 2-3, address length 4-5, address 6-13,
// protocol 14-15. LINKTYPE_LINUX_SLL2: protocol 0-1, reserved 2-3, interface 4-7, ARPHRD_ 8-9, packet type 10,
// address length 11, address 12-19.
const SLL = { protocol: 14, header: 16 } as const;
const SLL2 = { protocol: 0, header: 20 } as const;

/** Decodes the header of `tcpdump -i any`, version 1, at `at`. */
export function decodeSll(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < SLL.header) return out.stop(PROBLEM.linkTruncated, at);
  out.etherType = readU16(bytes, at + SLL.protocol);
  chooseByEtherType(out);
  return at + SLL.header;
}

/** Decodes the header of `tcpdump -i any`, version 2, at `at`. */
export function decodeSll2(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < SLL2.header) return out.stop(PROBLEM.linkTruncated, at);
  out.etherType = readU16(bytes, at + SLL2.protocol);
  chooseByEtherType(out);
  return at + SLL2.header;
}
