import { writeFileSync } from 'node:fs';

export const SYN = 2;
export const ACK = 16;
export const FIN = 1;
export const RST = 4;

/** One TCP segment of a capture that is written by hand. */
export interface Segment {
  /** ms since the first. */
  readonly at: number;
  /** '>' from 10.1.1.1:40000 to 10.1.1.2:80, '<' back. */
  readonly way: '>' | '<';
  readonly seq: number;
  readonly ack?: number;
  readonly flags?: number;
  readonly len?: number;
  readonly window?: number;
  /** The checksum is wrong by this. */
  readonly wrong?: number;
  /** TCP options, a multiple of 4 bytes. */
  readonly options?: readonly number[];
  /** Of 10.1.1.1, when it is not 40000. */
  readonly port?: number;
}

const A = [10, 1, 1, 1];
const B = [10, 1, 1, 2];

/** A handshake of 20 ms: the client's first byte is 101, the server's 501. */
export const HANDSHAKE: readonly Segment[] = [
  { at: 0, way: '>', seq: 100, flags: SYN },
  { at: 10, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
  { at: 20, way: '>', seq: 101, ack: 501 },
];

/** Writes segments as a capture (raw IP, microseconds), all checksums of TCP right but those that are to be wrong. */
export function writeSegments(path: string, segments: readonly Segment[]): void {
  writePackets(
    path,
    segments.map((segment, index) => ({ at: segment.at, bytes: packetOf(segment, index + 1) })),
  );
}

/** Writes packets as a capture, of raw IP unless another link type is named. */
export function writePackets(
  path: string,
  packets: readonly { readonly at: number; readonly bytes: Buffer; readonly wireLen?: number }[],
  linkType = 101,
): void {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(linkType, 20);
  const records = packets.map(({ at, bytes, wireLen = bytes.length }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000 + Math.floor(at / 1000), 0);
    record.writeUInt32LE(Math.round((at % 1000) * 1000), 4);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(wireLen, 12);
    return Buffer.concat([record, bytes]);
  });
  writeFileSync(path, Buffer.concat([header, ...records]));
}

/** A datagram from 10.1.1.1:40000 ('>') to 10.1.1.2 and the port, or back. */
export function udpPacket(way: '>' | '<', port: number, len: number, id: number): Buffer {
  const udp = Buffer.alloc(8 + len, 0x61);
  udp.writeUInt16BE(way === '>' ? 40_000 : port, 0);
  udp.writeUInt16BE(way === '>' ? port : 40_000, 2);
  udp.writeUInt16BE(8 + len, 4);
  udp.writeUInt16BE(0, 6);
  const [from, to] = way === '>' ? [A, B] : [B, A];
  return datagram(from, to, 17, udp, 6, 0, id);
}

/** An ICMP destination unreachable from 10.1.1.2 with this code, quoting a packet of 10.1.1.1 (RFC 792). */
export function icmpUnreachable(code: number, quoted: Buffer): Buffer {
  return icmpError('<', 3, code, quoted);
}

/** An ICMP error from 10.1.1.1 ('>') to 10.1.1.2, or back, of this type and code, quoting 8 bytes behind the IP header (RFC 792). */
export function icmpError(way: '>' | '<', type: number, code: number, quoted: Buffer): Buffer {
  return icmpPacket(way, Buffer.from([type, code, 0, 0, 0, 0, 0, 0, ...quoted.subarray(0, 28)]));
}

/** An echo request (8) or reply (0) with this identifier and number. */
export function echoPacket(way: '>' | '<', type: 8 | 0, id: number, number: number): Buffer {
  const icmp = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0, ...Buffer.alloc(32, 0x61)]);
  icmp.writeUInt16BE(id, 4);
  icmp.writeUInt16BE(number, 6);
  return icmpPacket(way, icmp);
}

function icmpPacket(way: '>' | '<', icmp: Buffer): Buffer {
  icmp.writeUInt16BE(~sum(icmp) & 0xffff, 2);
  const [from, to] = way === '>' ? [A, B] : [B, A];
  const ip = Buffer.from([0x45, 0, 0, 20 + icmp.length, 0, 0, 0, 0, 64, 1, 0, 0, ...from, ...to]);
  ip.writeUInt16BE(~sum(ip) & 0xffff, 10);
  return Buffer.concat([ip, icmp]);
}

/** The bytes of a segment, from the IP header on. */
export function packetOf(segment: Segment, id: number): Buffer {
  const { way, seq, ack = 0, len = 0, window = 65_000, wrong = 0, options = [], port = 40_000 } = segment;
  const flags = segment.flags ?? ACK;
  const tcp = Buffer.alloc(20 + options.length + len, 0x61);
  tcp.writeUInt16BE(way === '>' ? port : 80, 0);
  tcp.writeUInt16BE(way === '>' ? 80 : port, 2);
  tcp.writeUInt32BE(seq, 4);
  tcp.writeUInt32BE(ack, 8);
  tcp[12] = (5 + options.length / 4) << 4;
  tcp[13] = flags;
  tcp.writeUInt16BE(window, 14);
  tcp.writeUInt32BE(0, 16);
  Buffer.from(options).copy(tcp, 20);
  const [from, to] = way === '>' ? [A, B] : [B, A];
  return datagram(from, to, 6, tcp, 16, wrong, id);
}

function datagram(
  from: readonly number[],
  to: readonly number[],
  protocol: number,
  body: Buffer,
  checksumAt: number,
  wrong: number,
  id: number,
): Buffer {
  const ip = Buffer.from([0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, ...from, ...to]);
  ip.writeUInt16BE(20 + body.length, 2);
  ip.writeUInt16BE(id, 4);
  const pseudo = Buffer.from([...from, ...to, 0, protocol, body.length >> 8, body.length & 0xff]);
  const even = body.length % 2 === 0 ? body : Buffer.concat([body, Buffer.alloc(1)]);
  body.writeUInt16BE((~sum(Buffer.concat([pseudo, even])) & 0xffff) ^ wrong, checksumAt);
  ip.writeUInt16BE(~sum(ip) & 0xffff, 10);
  return Buffer.concat([ip, body]);
}

function sum(bytes: Buffer): number {
  let total = 0;
  for (let at = 0; at < bytes.length; at += 2) total += bytes.readUInt16BE(at);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}
