import { PROTOCOL, type Protocol } from '../columns.ts';
import { readU16 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { tieToQuoted } from './icmp-quoted.ts';
import { ICMP_ECHO, ICMP_ERRORS, ICMPV6_ECHO, ICMPV6_ERRORS } from './icmp-types.ts';
import { PROBLEM } from './problems.ts';

// ICMP header, RFC 792 and RFC 4443 §2.1: type 0, code 1, checksum 2-3, what the type needs 4-7.
const CODE = 1;
const IDENTIFIER = 4;
const HEADER = 8;

/** Decodes the ICMP header at `at`. An error gets the flow of the packet that it quotes. */
export function decodeIcmp(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  return decode(bytes, at, end, out, PROTOCOL.icmp, ICMP_ERRORS, ICMP_ECHO);
}

/** Decodes the ICMPv6 header at `at`. An error gets the flow of the packet that it quotes. */
export function decodeIcmpv6(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  return decode(bytes, at, end, out, PROTOCOL.icmpv6, ICMPV6_ERRORS, ICMPV6_ECHO);
}

function decode(
  bytes: Uint8Array,
  at: number,
  end: number,
  out: Decoding,
  protocol: Protocol,
  errors: readonly number[],
  echoes: readonly number[],
): number {
  if (end - at < HEADER) return out.stop(PROBLEM.icmpTruncated, at);
  const { columns, row } = out;
  const type = bytes[at]!;
  columns.transportAt[row] = at - out.frameAt;
  columns.seq[row] = type * 256 + bytes[at + CODE]!;
  columns.payloadAt[row] = at + HEADER - out.frameAt;
  columns.payloadLen[row] = Math.max(0, out.wireEnd - at - HEADER);
  out.next = NEXT.nothing;
  if (errors.includes(type)) {
    tieToQuoted(bytes, at + HEADER, end, out);
    return at + HEADER;
  }
  const id = echoes.includes(type) ? readU16(bytes, at + IDENTIFIER) : 0;
  const { sourceAt, destinationAt, addressLen } = out;
  columns.flow[row] = out.flows.find(bytes, sourceAt, destinationAt, addressLen, id, id, protocol, row);
  columns.direction[row] = out.flows.direction;
  return at + HEADER;
}
