import type { Interface } from '../../capture/capture.ts';

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const STATISTICS = 5;
const PACKET = 6;
const PACKET_HEAD = 20;

type Option = readonly [code: number, value: Uint8Array | string];

/** Section Header Block: the application and the comments; length unspecified, because the section grows. */
export function sectionBlock(application: string, comments: readonly string[]): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(1, 4);
  body.writeBigInt64LE(-1n, 8);
  return block(SECTION, body, [...comments.map((text): Option => [1, text]), [4, application]]);
}

/** Interface Description Block with nanosecond time stamps. */
export function interfaceBlock({ name, linkType, snaplen, filter }: Interface): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkType, 0);
  body.writeUInt32LE(snaplen, 4);
  const options: Option[] = [];
  if (name !== null) options.push([2, name]);
  options.push([9, Uint8Array.of(9)]);
  if (filter !== null) options.push([11, `\0${filter}`]);
  return block(INTERFACE, body, options);
}

export interface PacketFacts {
  readonly iface: number;
  readonly timeNs: bigint;
  readonly wireLen: number;
  readonly packetId: bigint | null;
  readonly comments: readonly string[];
}

/** Enhanced Packet Block, time in ns. */
export function packetBlock(frame: Uint8Array, facts: PacketFacts): Buffer {
  const options = facts.comments.map((text): Option => [1, text]);
  if (facts.packetId !== null) options.push([5, count(facts.packetId)]);
  const body = Buffer.alloc(PACKET_HEAD + frame.length);
  body.writeUInt32LE(facts.iface, 0);
  writeTime(body, 4, facts.timeNs);
  body.writeUInt32LE(frame.length, 12);
  body.writeUInt32LE(facts.wireLen, 16);
  body.set(frame, PACKET_HEAD);
  return block(PACKET, body, options);
}

export interface InterfaceCounts {
  readonly iface: number;
  readonly timeNs: bigint;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly received: number;
  readonly droppedByInterface: number;
  readonly droppedByKernel: number;
}

/** Interface Statistics Block: what was received and what was dropped where. */
export function statisticsBlock(counts: InterfaceCounts): Buffer {
  const body = Buffer.alloc(12);
  body.writeUInt32LE(counts.iface, 0);
  writeTime(body, 4, counts.timeNs);
  return block(STATISTICS, body, [
    [2, time(counts.startNs)],
    [3, time(counts.endNs)],
    [4, count(counts.received)],
    [5, count(counts.droppedByInterface)],
    [7, count(counts.droppedByKernel)],
  ]);
}

/** A block of any type: lengths at both ends, the body padded to 32 bits, options closed where there are any. */
export function block(type: number, body: Uint8Array, options: readonly Option[] = []): Buffer {
  const encoded = options.map(([code, value]) => ({
    code,
    bytes: typeof value === 'string' ? Buffer.from(value) : value,
  }));
  const optionsLength = encoded.reduce(
    (sum, { bytes }) => sum + 4 + padded(bytes.length),
    options.length > 0 ? 4 : 0,
  );
  const length = 12 + padded(body.length) + optionsLength;
  // From the pool: a buffer of its own for each block costs more than all that is written into it.
  const whole = Buffer.allocUnsafe(length).fill(0);
  whole.writeUInt32LE(type, 0);
  whole.writeUInt32LE(length, 4);
  whole.set(body, 8);
  let at = 8 + padded(body.length);
  for (const { code, bytes } of encoded) {
    whole.writeUInt16LE(code, at);
    whole.writeUInt16LE(bytes.length, at + 2);
    whole.set(bytes, at + 4);
    at += 4 + padded(bytes.length);
  }
  whole.writeUInt32LE(length, length - 4);
  return whole;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function writeTime(to: Buffer, at: number, timeNs: bigint): void {
  to.writeUInt32LE(Number(timeNs >> 32n), at);
  to.writeUInt32LE(Number(timeNs & 0xffff_ffffn), at + 4);
}

function time(timeNs: bigint): Buffer {
  const value = Buffer.alloc(8);
  writeTime(value, 0, timeNs);
  return value;
}

function count(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
