import { PROTOCOL, SYN } from '../columns.ts';
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
/** Up to the window: what the columns hold. */
const COLUMNS_END = 16;

/** Decodes the TCP header at `at` and finds the row's flow. Returns where the payload starts, or STOPPED. */
export function decodeTcp(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  if (end - at < COLUMNS_END) return stopCut(bytes, at, end, out);
  const { columns, row } = out;
  const flags = readU16(bytes, at + FLAGS) & 0xfff;
  const seq = readU32(bytes, at + SEQ);
  const ack = readU32(bytes, at + ACK);
  const headerLen = (bytes[at + DATA_OFFSET]! >> 4) * 4;
  columns.transportAt[row] = at - out.frameAt;
  columns.seq[row] = seq;
  columns.ack[row] = ack;
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
    ack,
    at + headerLen <= out.wireEnd && !out.firstFragment,
    row,
  );
  columns.direction[row] = out.flows.direction;
  if (headerLen < MIN_HEADER || at + headerLen > out.wireEnd) {
    columns.payloadLen[row] = 0;
    return out.giveUp(PROBLEM.tcpDataOffset, at + DATA_OFFSET);
  }
  columns.payloadAt[row] = at + headerLen - out.frameAt;
  columns.payloadLen[row] = out.wireEnd - at - headerLen;
  out.next = NEXT.nothing;
  // Only SYNs carry what the analysis of conversations needs (RFC 9293 §3.2, RFC 7323 §2.2).
  if ((flags & SYN) !== 0 && headerLen > MIN_HEADER)
    columns.tcpOptions.add(bytes, at + MIN_HEADER, Math.min(at + headerLen, end), row);
  if (at + headerLen > end) {
    // With the fixed part there, only what the options would say is missing.
    const isFixedCut = end - at < MIN_HEADER;
    return out.giveUp(isFixedCut ? PROBLEM.tcpTruncated : PROBLEM.tcpOptionsTruncated, at);
  }
  return at + headerLen;
}

/** A header cut by the snaplen, or damaged: its ports may still tell a flow that is known. */
function stopCut(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  const { columns, row, flows } = out;
  columns.payloadLen[row] = 0;
  if (end - at >= SEQ) {
    const sourcePort = readU16(bytes, at + SOURCE_PORT);
    const destinationPort = readU16(bytes, at + DESTINATION_PORT);
    const { sourceAt, destinationAt, addressLen } = out;
    columns.transportAt[row] = at - out.frameAt;
    columns.flow[row] = flows.known(
      bytes,
      sourceAt,
      destinationAt,
      addressLen,
      sourcePort,
      destinationPort,
      PROTOCOL.tcp,
    );
    if (columns.flow[row]! >= 0) columns.direction[row] = flows.direction;
  }
  return out.giveUp(PROBLEM.tcpTruncated, at);
}
