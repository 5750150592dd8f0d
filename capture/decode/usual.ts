import { ACK, PROTOCOL, SYN } from '../columns.ts';
import type { Decoding } from './decoding.ts';

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
/** Ethernet type of IPv4, then version 4 with a header of 20 bytes. */
const IPV4_PLAIN = 0x0800_45;
/** More fragments, or an offset. */
const IS_FRAGMENT = 0x3fff;

// What another module exports is looked up at each use; a module's own constants become part of the machine code.
const NO_FIRST = SYN | ACK;
const WITH_ACK = ACK;
const IS_TCP = PROTOCOL.tcp;

/**
 * The short way for what most frames of most captures are: TCP over IPv4 over Ethernet without anything unusual, of a
 * flow that is known. Decodes rows from `from` on, a frame of Ethernet, and returns the first that is none of these, or of
 * another interface; writes what `decodePacket` would. The frames are in `view`, at their `fileOffset` less `toFile`.
 */
export function decodeUsual(view: DataView, toFile: number, from: number, out: Decoding): number {
  const { flows } = out;
  const { length, iface } = out.columns;
  const first = iface[from];
  const { fileOffset, capLen, wireLen, flow, direction, protocol, networkAt } = out.columns;
  const { transportAt, payloadAt, payloadLen, seq, ack, flags, window } = out.columns;
  for (let row = from; row < length; row++) {
    const at = (fileOffset[row]! - toFile) | 0;
    const captured = capLen[row]!;
    if (captured < PAYLOAD_MIN || iface[row] !== first) return row;
    if (
      view.getInt32(at + ETHER_TYPE) >>> 8 !== IPV4_PLAIN ||
      view.getUint8(at + PROTOCOL_NUMBER) !== 6 ||
      (view.getUint16(at + FRAGMENT) & IS_FRAGMENT) !== 0
    )
      return row;
    const end = IP + view.getUint16(at + TOTAL_LENGTH);
    const bits = view.getUint16(at + FLAGS);
    const headerLen = (bits >> 12) * 4;
    const payload = TCP + headerLen;
    if (headerLen < 20 || payload > captured || payload > end || end > wireLen[row]!) return row;
    if ((bits & NO_FIRST) !== WITH_ACK) return row;
    const known = flows.findUsual(
      view.getInt32(at + SOURCE),
      view.getInt32(at + DESTINATION),
      view.getInt32(at + PORTS),
    );
    if (known < 0) return row;
    flow[row] = known >> 1;
    direction[row] = known & 1;
    protocol[row] = IS_TCP;
    networkAt[row] = IP;
    transportAt[row] = TCP;
    payloadAt[row] = payload;
    payloadLen[row] = end - payload;
    seq[row] = view.getInt32(at + SEQ);
    ack[row] = view.getInt32(at + ACKNOWLEDGEMENT);
    flags[row] = bits & 0xfff;
    window[row] = view.getUint16(at + WINDOW);
  }
  return length;
}
