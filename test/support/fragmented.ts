import { random } from '../bench/generate.ts';
import type { Packet } from './tcp-conversations.ts';

const IP_HEADER = 20;
const MORE = 0x2000;

/** The fragments of a packet of raw IPv4, cut at these offsets of its payload (multiples of 8), each with a right checksum. */
export function fragmentsOf(packet: Buffer, cuts: readonly number[]): Buffer[] {
  const payload = packet.subarray(IP_HEADER);
  const edges = [0, ...cuts, payload.length];
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] ?? payload.length;
    const bytes = Buffer.concat([packet.subarray(0, IP_HEADER), payload.subarray(from, to)]);
    bytes.writeUInt16BE(bytes.length, 2);
    bytes.writeUInt16BE((from / 8) | (to < payload.length ? MORE : 0), 6);
    bytes.writeUInt16BE(0, 10);
    bytes.writeUInt16BE(headerSum(bytes), 10);
    return bytes;
  });
}

/** Packets (raw IPv4) with identifications of their own. */
export function numbered(packets: readonly Packet[]): Packet[] {
  return packets.map(({ at, bytes }, index) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt16BE((index + 1) & 0xffff, 4);
    copy.writeUInt16BE(0, 10);
    copy.writeUInt16BE(headerSum(copy), 10);
    return { at, bytes: copy };
  });
}

/**
 * Packets, each cut into two to four fragments where it can be, in an order made by the seed; `frames` says of each frame, from
 * 1, which packet it is of, from 1.
 */
export function fragmented(
  packets: readonly Packet[],
  seed: number,
): { packets: Packet[]; frames: number[] } {
  const next = random(seed);
  const out: Packet[] = [];
  const frames = [0];
  for (const [index, { at, bytes }] of packets.entries()) {
    for (const piece of shuffled(cut(bytes, next), next)) {
      out.push({ at, bytes: piece });
      frames.push(index + 1);
    }
  }
  return { packets: out, frames };
}

function cut(bytes: Buffer, next: () => number): Buffer[] {
  const blocks = Math.ceil((bytes.length - IP_HEADER) / 8);
  const cuts = new Set<number>();
  const wanted = Math.min(1 + Math.floor(next() * 3), blocks - 1);
  while (cuts.size < wanted) cuts.add((1 + Math.floor(next() * (blocks - 1))) * 8);
  return fragmentsOf(
    bytes,
    [...cuts].sort((x, y) => x - y),
  );
}

function shuffled(pieces: Buffer[], next: () => number): Buffer[] {
  const out: Buffer[] = [];
  while (pieces.length > 0) out.push(...pieces.splice(Math.floor(next() * pieces.length), 1));
  return out;
}

function headerSum(packet: Buffer): number {
  let total = 0;
  for (let at = 0; at < IP_HEADER; at += 2) total += packet.readUInt16BE(at);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
