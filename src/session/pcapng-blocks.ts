import type { Interface } from '../../capture/capture.ts';

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const STATISTICS = 5;
const PACKET = 6;

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
  const head = Buffer.alloc(20);
  head.writeUInt32LE(facts.iface, 0);
  writeTime(head, 4, facts.timeNs);
  head.writeUInt32LE(frame.length, 12);
  head.writeUInt32LE(facts.wireLen, 16);
  const options = facts.comments.map((text): Option => [1, text]);
  if (facts.packetId !== null) {
    const id = Buffer.alloc(8);
    id.writeBigUInt64LE(facts.packetId);
    options.push([5, id]);
  }
  return block(PACKET, Buffer.concat([head, frame, padding(frame.length)]), options);
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
  const parts: Uint8Array[] = [body, padding(body.length)];
  for (const [code, value] of options) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    const head = Buffer.alloc(4);
    head.writeUInt16LE(code, 0);
    head.writeUInt16LE(bytes.length, 2);
    parts.push(head, bytes, padding(bytes.length));
  }
  if (options.length > 0) parts.push(Buffer.alloc(4));
  const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  return Buffer.concat([head, ...parts, head.subarray(4)]);
}

function padding(length: number): Uint8Array {
  return Buffer.alloc(-length & 3);
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

function count(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
