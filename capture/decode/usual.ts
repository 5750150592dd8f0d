import { ACK, PROTOCOL, SYN } from '../columns.ts';
import { readU16, readU32 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { LINKTYPE } from './link-types.ts';

// Ethernet II, IPv4 without options, TCP: offsets from the start of the frame (IEEE 802.3 §3.1, RFC 791 §3.1, RFC 9293 §3.1).
const ETHER_TYPE = 12;
const IP = 14;
const TOTAL_LENGTH = IP + 2;
const FRAGMENT = IP + 6;
const PROTOCOL_NUMBER = IP + 9;
const SOURCE = IP + 12;
const DESTINATION = IP + 16;
const TCP = IP + 20;
const PORTS = TCP;
const SEQ = TCP + 4;
const ACKNOWLEDGEMENT = TCP + 8;
const FLAGS = TCP + 12;
const WINDOW = TCP + 14;
const PAYLOAD_MIN = TCP + 20;
/** More fragments, or an offset. */
const IS_FRAGMENT = 0x3fff;

/**
 * The short way for what most frames of most captures are: TCP over IPv4 over Ethernet without anything unusual, of a
 * flow that is known. Writes what `decodePacket` would; false, with nothing written, leaves the frame to that.
 */
export function decodeUsual(
  bytes: Uint8Array,
  at: number,
  capLen: number,
  wireLen: number,
  linkType: number,
  out: Decoding,
): boolean {
  if (linkType !== LINKTYPE.ethernet || capLen < PAYLOAD_MIN || out.trace !== null) return false;
  if (bytes[at + ETHER_TYPE] !== 0x08 || bytes[at + ETHER_TYPE + 1] !== 0 || bytes[at + IP] !== 0x45)
    return false;
  if (bytes[at + PROTOCOL_NUMBER] !== 6 || (readU16(bytes, at + FRAGMENT) & IS_FRAGMENT) !== 0) return false;
  const totalLen = readU16(bytes, at + TOTAL_LENGTH);
  const flags = readU16(bytes, at + FLAGS);
  const headerLen = (flags >> 12) * 4;
  const payloadAt = TCP + headerLen;
  if (headerLen < 20 || payloadAt > capLen || payloadAt > IP + totalLen || IP + totalLen > wireLen)
    return false;
  if ((flags & (SYN | ACK)) !== ACK) return false;
  const flow = out.flows.knownTcp4(
    readU32(bytes, at + SOURCE),
    readU32(bytes, at + DESTINATION),
    readU32(bytes, at + PORTS),
  );
  if (flow < 0) return false;
  const { columns, row } = out;
  columns.flow[row] = flow;
  columns.direction[row] = out.flows.direction;
  columns.protocol[row] = PROTOCOL.tcp;
  columns.networkAt[row] = IP;
  columns.transportAt[row] = TCP;
  columns.payloadAt[row] = payloadAt;
  columns.payloadLen[row] = IP + totalLen - payloadAt;
  columns.seq[row] = readU32(bytes, at + SEQ);
  columns.ack[row] = readU32(bytes, at + ACKNOWLEDGEMENT);
  columns.flags[row] = flags & 0xfff;
  columns.window[row] = readU16(bytes, at + WINDOW);
  return true;
}
