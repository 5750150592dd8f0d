import type { Decoding } from './decoding.ts';
import { nextOfProtocol, protocolOf } from './ip-protocol.ts';
import { EXTENSION, extensionLength } from './ipv6-extensions.ts';
import { PROBLEM } from './problems.ts';

// Authentication header, RFC 4302 §2: next header 0, length 1, parameters 4-7, sequence number 8-11.
const LENGTH = 1;
const MIN_HEADER = 12;

/** Decodes the authentication header at `at` behind IPv4; behind IPv6 it is one of the extension headers. */
export function decodeAh(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < MIN_HEADER) return out.stop(PROBLEM.ahTruncated, at);
  const next = at + extensionLength(EXTENSION.authentication, bytes[at + LENGTH]!);
  if (next < at + MIN_HEADER || next > end) return out.stop(PROBLEM.ahTruncated, at);
  if (out.tooFar(next)) return out.stop(PROBLEM.frameHuge, at);
  const { columns, row } = out;
  const protocol = bytes[at]!;
  columns.protocol[row] = protocolOf(protocol);
  columns.payloadAt[row] = next - out.frameAt;
  columns.payloadLen[row] = out.wireEnd - next;
  out.next = nextOfProtocol(protocol);
  return next;
}
