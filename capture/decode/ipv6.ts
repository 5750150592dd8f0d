import { readU16, readU32 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { nextOfProtocol, protocolOf } from './ip-protocol.ts';
import { noteFragment } from './ipv4.ts';
import { PROBLEM } from './problems.ts';

// IPv6 header, RFC 8200 §3 – byte offsets from its start.
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const SOURCE = 8;
const DESTINATION = 24;
const HEADER = 40;
const LARGEST = 0xffff;

// Extension headers: next header 0, length 1 (in units of 8 bytes beyond the first 8). RFC 8200 §4, and for the
// authentication header, which counts in 4 bytes, RFC 4302 §2.2.
const EXTENSION = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  destination: 60,
  mobility: 135,
  hip: 139,
  shim6: 140,
};
// Fragment header, RFC 8200 §4.5: offset and flags 2-3, identification 4-7.
const FRAGMENT_OFFSET = 2;
const FRAGMENT_ID = 4;
/** Real packets have at most one of each kind. */
const MAX_EXTENSIONS = 16;

/** Decodes the IPv6 header at `at` and its extension headers; a payload length of 0 in a frame beyond 64 KiB means all of it. */
export function decodeIpv6(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < HEADER) return out.stop(PROBLEM.ipv6Truncated, at);
  if (bytes[at]! >> 4 !== 6) return out.stop(PROBLEM.ipv6Version, at);
  if (out.tooFar(at + 0x8000)) return out.stop(PROBLEM.frameHuge, at);
  out.columns.networkAt[out.row] = at - out.frameAt;
  let payloadLen = readU16(bytes, at + PAYLOAD_LENGTH);
  // 0 is a jumbogram (RFC 2675 §2), or segmentation offload beyond 64 KiB, which leaves the option out.
  if (payloadLen === 0 && out.wireEnd - at - HEADER > LARGEST) payloadLen = out.wireEnd - at - HEADER;
  if (at + HEADER + payloadLen > out.wireEnd) out.note(PROBLEM.ipv6CutByWire, at + PAYLOAD_LENGTH);
  else out.wireEnd = at + HEADER + payloadLen;
  out.end = Math.min(end, out.wireEnd);
  out.sourceAt = at + SOURCE;
  out.destinationAt = at + DESTINATION;
  out.addressLen = 16;
  return decodeExtensions(bytes, at + HEADER, bytes[at + NEXT_HEADER]!, out);
}

function decodeExtensions(bytes: Uint8Array, first: number, firstHeader: number, out: Decoding): number {
  const { columns, row, end } = out;
  let at = first;
  let header = firstHeader;
  let offset = 0;
  for (let count = 0; isExtension(header); count++) {
    if (count === MAX_EXTENSIONS) return out.stop(PROBLEM.extensionChain, at);
    if (end - at < 8) return out.stop(PROBLEM.ipv6Extension, at);
    const following = bytes[at]!;
    if (header === EXTENSION.fragment) {
      const fragment = readU16(bytes, at + FRAGMENT_OFFSET);
      offset = fragment & 0xfff8;
      columns.protocol[row] = protocolOf(following);
      noteFragment(bytes, out, readU32(bytes, at + FRAGMENT_ID), offset, (fragment & 1) !== 0, following);
    }
    at += extensionLength(header, bytes[at + 1]!);
    header = following;
    if (offset > 0) break;
  }
  if (at > out.wireEnd) return out.stop(PROBLEM.ipv6PayloadLength, first);
  if (out.tooFar(at)) return out.stop(PROBLEM.frameHuge, first);
  columns.protocol[row] = protocolOf(header);
  columns.payloadAt[row] = at - out.frameAt;
  columns.payloadLen[row] = out.wireEnd - at;
  out.next = offset > 0 ? NEXT.nothing : nextOfProtocol(header);
  return at;
}

function isExtension(header: number): boolean {
  switch (header) {
    case EXTENSION.hopByHop:
    case EXTENSION.routing:
    case EXTENSION.fragment:
    case EXTENSION.authentication:
    case EXTENSION.destination:
    case EXTENSION.mobility:
    case EXTENSION.hip:
    case EXTENSION.shim6:
      return true;
    default:
      return false;
  }
}

function extensionLength(header: number, length: number): number {
  if (header === EXTENSION.fragment) return 8;
  if (header === EXTENSION.authentication) return (length + 2) * 4;
  return (length + 1) * 8;
}
