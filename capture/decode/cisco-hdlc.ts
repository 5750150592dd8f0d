import { readU16 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { chooseByEtherType } from './ether-type.ts';
import { PROBLEM } from './problems.ts';

// Cisco's HDLC: address 0 (0x0f to one, 0x8f to all), control 1, Ethernet type 2-3.
const UNICAST = 0x0f;
const MULTICAST = 0x8f;
const HEADER = 4;

/** Whether a frame of LINKTYPE_PPP_HDLC is Cisco's HDLC and not PPP. */
export function isCiscoHdlc(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= HEADER && (bytes[at] === UNICAST || bytes[at] === MULTICAST);
}

/** Decodes the header of Cisco's HDLC at `at`. */
export function decodeCiscoHdlc(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < HEADER) return out.stop(PROBLEM.linkTruncated, at);
  out.etherType = readU16(bytes, at + 2);
  chooseByEtherType(out);
  return at + HEADER;
}
