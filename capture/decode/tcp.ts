import { readU16, readU32 } from './bytes.ts';
import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';

// TCP header, RFC 9293 §3.1 – byte offsets from its start.
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQ = 4;
const ACK = 8;
const DATA_OFFSET = 12;
const FLAGS = 12;
const WINDOW = 14;
const MIN_HEADER = 20;

/** Decodes the TCP header at `at` and finds the row's flow. Returns where the payload starts, or STOPPED. */
export function decodeTcp(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < MIN_HEADER) return out.stop(PROBLEM.tcpTruncated, at);
  const { columns, row } = out;
  const flags = readU16(bytes, at + FLAGS) & 0xfff;
  const seq = readU32(bytes, at + SEQ);
  columns.transportAt[row] = at - out.frameAt;
  columns.seq[row] = seq;
  columns.ack[row] = readU32(bytes, at + ACK);
  columns.flags[row] = flags;
  columns.window[row] = readU16(bytes, at + WINDOW);
  columns.flow[row] = out.flows.findTcp(
    bytes,
    out.sourceAt,
    out.destinationAt,
    out.addressLen,
    readU16(bytes, at + SOURCE_PORT),
    readU16(bytes, at + DESTINATION_PORT),
    flags,
    seq,
    row,
  );
  columns.direction[row] = out.flows.direction;
  const headerLen = (bytes[at + DATA_OFFSET]! >> 4) * 4;
  if (headerLen < MIN_HEADER || at + headerLen > out.wireEnd) {
    columns.payloadLen[row] = 0;
    return out.stop(PROBLEM.tcpDataOffset, at + DATA_OFFSET);
  }
  columns.payloadAt[row] = at + headerLen - out.frameAt;
  columns.payloadLen[row] = out.wireEnd - at - headerLen;
  out.next = NEXT.nothing;
  if (at + headerLen > end) return out.stop(PROBLEM.tcpTruncated, at);
  return at + headerLen;
}
