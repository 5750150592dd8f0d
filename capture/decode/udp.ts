import { PROTOCOL } from '../columns.ts';
import { readU16 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';
import { tunnelOf } from './udp-tunnels.ts';

// UDP header, RFC 768 – byte offsets from its start.
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const LENGTH = 4;
const HEADER = 8;
const LARGEST = 0xffff;
const NONE = -1;
const NOWHERE = 0xffff;

/** Decodes the UDP header at `at` and finds the row's flow. Returns where the payload starts, or STOPPED. */
export function decodeUdp(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  const { columns, row } = out;
  columns.payloadLen[row] = 0;
  if (end - at < HEADER) return out.stop(PROBLEM.udpTruncated, at);
  columns.transportAt[row] = at - out.frameAt;
  const available = out.wireEnd - at;
  let length = readU16(bytes, at + LENGTH);
  if (length === 0 && available > LARGEST) length = available; // a jumbogram, RFC 2675 §4
  if (length < HEADER) return out.stop(PROBLEM.udpLength, at + LENGTH);
  const sourcePort = readU16(bytes, at + SOURCE_PORT);
  const destinationPort = readU16(bytes, at + DESTINATION_PORT);
  columns.flow[row] = out.flows.find(
    bytes,
    out.sourceAt,
    out.destinationAt,
    out.addressLen,
    sourcePort,
    destinationPort,
    PROTOCOL.udp,
    row,
  );
  columns.direction[row] = out.flows.direction;
  columns.payloadAt[row] = at + HEADER - out.frameAt;
  columns.payloadLen[row] = Math.min(length, available) - HEADER;
  // A first fragment and what ICMP quotes hold only a part of what the length says.
  if (length > available && !out.firstFragment && !out.quoted)
    return out.stop(PROBLEM.udpLength, at + LENGTH);
  out.next = out.firstFragment ? NEXT.nothing : tunnelOf(sourcePort, destinationPort);
  if (out.next !== NEXT.nothing) enterTunnel(at, Math.min(length, available), out);
  return at + HEADER;
}

/** The row's cells are those of what is in the tunnel; of the datagram around it there is the flow, for its number. */
function enterTunnel(at: number, length: number, out: Decoding): void {
  const { columns, row } = out;
  out.wireEnd = at + length;
  out.end = Math.min(out.end, out.wireEnd);
  if (at + HEADER >= out.end) {
    out.next = NEXT.nothing;
    return;
  }
  columns.protocol[row] = PROTOCOL.other;
  columns.flow[row] = NONE;
  columns.direction[row] = 0;
  columns.transportAt[row] = NOWHERE;
}
