import { readU16 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { nextOfProtocol, protocolOf } from './ip-protocol.ts';
import { finalDestinationV4 } from './ipv4-route.ts';
import { PROBLEM } from './problems.ts';
import { nextInFragment, noteFragment } from './whole-datagram.ts';

// IPv4 header, RFC 791 §3.1 – byte offsets from its start.
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
const FRAGMENT = 6;
const PROTOCOL_NUMBER = 9;
const SOURCE = 12;
const MIN_HEADER = 20;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

/** Decodes the IPv4 header at `at`; a total length of 0 (segmentation offload) means the whole frame. */
export function decodeIpv4(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < MIN_HEADER) return out.stop(PROBLEM.ipv4Truncated, at);
  if (bytes[at]! >> 4 !== 4) return out.stop(PROBLEM.ipv4Version, at);
  if (out.tooFar(at + 60)) return out.stop(PROBLEM.frameHuge, at);
  const { columns, row } = out;
  const headerLen = (bytes[at]! & 15) * 4;
  if (headerLen < MIN_HEADER) return out.stop(PROBLEM.ipv4HeaderLength, at);
  columns.networkAt[row] = at - out.frameAt;
  const totalLen = readU16(bytes, at + TOTAL_LENGTH) || out.wireEnd - at;
  if (totalLen < headerLen) return out.stop(PROBLEM.ipv4TotalLength, at + TOTAL_LENGTH);
  if (at + headerLen > end) return out.stop(PROBLEM.ipv4Truncated, at);
  if (at + totalLen > out.wireEnd) out.note(PROBLEM.ipv4CutByWire, at + TOTAL_LENGTH);
  else out.wireEnd = at + totalLen;
  out.end = Math.min(end, out.wireEnd);
  out.sourceAt = at + SOURCE;
  out.destinationAt = finalDestinationV4(bytes, at, at + headerLen, at + headerLen);
  out.addressLen = 4;
  out.networks++;
  const protocol = bytes[at + PROTOCOL_NUMBER]!;
  columns.protocol[row] = protocolOf(protocol);
  columns.payloadAt[row] = at + headerLen - out.frameAt;
  columns.payloadLen[row] = out.wireEnd - at - headerLen;
  out.next = nextOfProtocol(protocol);
  const fragment = readU16(bytes, at + FRAGMENT);
  if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) !== 0) {
    const offset = (fragment & FRAGMENT_OFFSET) * 8;
    const more = (fragment & MORE_FRAGMENTS) !== 0;
    const id = readU16(bytes, at + IDENTIFICATION);
    noteFragment(bytes, at + headerLen, out, { id, offset, more }, protocol);
    out.next = nextInFragment(offset, out);
  }
  return at + headerLen;
}
