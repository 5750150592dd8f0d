import type { Fragment } from '../columns.ts';
import { readU16, readU32 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { nextOfProtocol, protocolOf } from './ip-protocol.ts';
import { EXTENSION, extensionLength, isExtension, jumboLength, lastStop } from './ipv6-extensions.ts';
import { PROBLEM } from './problems.ts';
import { nextInFragment, noteFragment } from './whole-datagram.ts';

// IPv6 header, RFC 8200 §3 – byte offsets from its start.
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const SOURCE = 8;
const DESTINATION = 24;
const HEADER = 40;
const LARGEST = 0xffff;

// Fragment header, RFC 8200 §4.5: offset and flags 2-3, identification 4-7.
const FRAGMENT_OFFSET = 2;
const FRAGMENT_ID = 4;
const MORE_FRAGMENTS = 1;
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
  out.networks++;
  if (payloadLen === 0 && bytes[at + NEXT_HEADER] === EXTENSION.hopByHop) {
    const length = jumboLength(bytes, at + HEADER, end);
    if (length >= 0 && length <= LARGEST) return out.stop(PROBLEM.jumboLength, at + HEADER);
  }
  return decodeExtensions(bytes, at + HEADER, bytes[at + NEXT_HEADER]!, out);
}

function decodeExtensions(bytes: Uint8Array, first: number, firstHeader: number, out: Decoding): number {
  const { columns, row, end } = out;
  let at = first;
  let header = firstHeader;
  let fragment: Fragment | null = null;
  for (let count = 0; isExtension(header); count++) {
    if (count === MAX_EXTENSIONS) return out.stop(PROBLEM.extensionChain, at);
    if (end - at < 8) {
      // The rest may be in the next fragment.
      if (fragment !== null) break;
      return out.stop(PROBLEM.ipv6Extension, at);
    }
    const following = bytes[at]!;
    if (header === EXTENSION.fragment) {
      const field = readU16(bytes, at + FRAGMENT_OFFSET);
      // Without an offset and without more to come it is the whole datagram (RFC 6946).
      if ((field & (0xfff8 | MORE_FRAGMENTS)) !== 0) {
        const more = (field & MORE_FRAGMENTS) !== 0;
        fragment = { id: readU32(bytes, at + FRAGMENT_ID), offset: field & 0xfff8, more };
        columns.protocol[row] = protocolOf(following);
        noteFragment(bytes, at + 8, out, fragment, following);
      }
    }
    const length = extensionLength(header, bytes[at + 1]!);
    if (header === EXTENSION.routing && at + length <= end) {
      const final = lastStop(bytes, at, length);
      if (final >= 0) out.destinationAt = final;
    }
    at += length;
    header = following;
    if (fragment !== null && fragment.offset > 0) break;
  }
  if (fragment !== null) at = Math.min(at, out.wireEnd);
  else if (at > out.wireEnd) return out.stop(PROBLEM.ipv6PayloadLength, first);
  if (out.tooFar(at)) return out.stop(PROBLEM.frameHuge, first);
  columns.protocol[row] = protocolOf(header);
  columns.payloadAt[row] = at - out.frameAt;
  columns.payloadLen[row] = out.wireEnd - at;
  out.next = nextOfProtocol(header);
  if (fragment !== null) out.next = nextInFragment(fragment.offset, out);
  return at;
}
