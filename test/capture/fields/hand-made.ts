import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { tsharkFields } from '../../shared.ts';
import { pcapOf, type Sample } from '../mutate.ts';

/** Raw IP: version 4 or 6 by the first byte. */
const RAW = 101;
const ETHERNET = 1;
const V4 = 20;
const V6 = 40;

export const ICMP = 1;
export const ICMPV6 = 58;

export type Part = number | Uint8Array | string;

/** Bytes of numbers, of other bytes, and of text in hexadecimal. */
export function bytesOf(...parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'number') return Buffer.of(part);
      return typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : part;
    }),
  );
}

export const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255);
export const u32 = (value: number): Buffer => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);
export const text = (value: string): Buffer => Buffer.from(value, 'latin1');

function sum(bytes: Uint8Array): number {
  let total = 0;
  for (const [index, byte] of bytes.entries()) total += index % 2 === 0 ? byte << 8 : byte;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}

/** A packet of IPv4 from 10.0.0.1 to 10.0.0.2, or back. */
export function ip4(
  protocol: number,
  body: Uint8Array,
  options: Uint8Array = new Uint8Array(),
  back = false,
): Buffer {
  const ends = back ? '0a000002 0a000001' : '0a000001 0a000002';
  const length = V4 + options.length;
  const packet = bytesOf(
    0x40 + length / 4,
    0,
    u16(length + body.length),
    '00010000',
    64,
    protocol,
    0,
    0,
    ends,
    options,
    body,
  );
  packet.writeUInt16BE(sum(packet.subarray(0, length)), 10);
  return packet;
}

const FROM = 'fe800000000000000000000000000001';
const TO = 'fe800000000000000000000000000002';

/** A packet of IPv6 from fe80::1 to fe80::2, or back. */
export function ip6(next: number, body: Uint8Array, back = false): Buffer {
  return bytesOf('60000000', u16(body.length), next, 255, back ? TO + FROM : FROM + TO, body);
}

/** A message of ICMP whose checksum is right. */
export function icmp4(...parts: readonly Part[]): Buffer {
  const message = bytesOf(...parts);
  message.writeUInt16BE(sum(message), 2);
  return message;
}

/** A message of ICMPv6 whose checksum is right between fe80::1 and fe80::2. */
export function icmp6(...parts: readonly Part[]): Buffer {
  const message = bytesOf(...parts);
  message.writeUInt16BE(sum(bytesOf(FROM, TO, u32(message.length), u32(ICMPV6), message)), 2);
  return message;
}

/** A packet, and how long it was before the capture cut it. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly wireLen: number;
}

export const whole = (bytes: Uint8Array): Frame => ({ bytes, wireLen: bytes.length });

/** A packet whole; cut by the capture behind every byte from `from` on; and written as short as that by its sender. */
export function* withCuts(packet: Buffer, from: number): Generator<Frame> {
  yield whole(packet);
  const isFour = packet.readUInt8() >> 4 === 4;
  for (let end = from; end < packet.length; end++) {
    yield { bytes: packet.subarray(0, end), wireLen: packet.length };
    const short = Buffer.from(packet.subarray(0, end));
    if (isFour) {
      short.writeUInt16BE(end, 2);
      short.writeUInt16BE(0, 10);
      short.writeUInt16BE(sum(short.subarray(0, (short.readUInt8() & 15) * 4)), 10);
    } else short.writeUInt16BE(end - V6, 4);
    yield whole(short);
  }
}

/** The same behind a header of Ethernet. */
export function* onEthernet(type: number, frames: Iterable<Frame>): Generator<Frame> {
  const header = bytesOf('ffffffffffff 020000000001', u16(type));
  for (const { bytes, wireLen } of frames)
    yield { bytes: bytesOf(header, bytes), wireLen: wireLen + header.length };
}

/** Where tshark and we have another text for a field, with the bytes of the frame. */
export async function differencesOf(
  frames: readonly Frame[],
  fields: readonly string[],
  linkType: typeof RAW | typeof ETHERNET = RAW,
): Promise<{ readonly differences: string[]; readonly shown: ReadonlySet<string> }> {
  const folder = mkdtempSync(join(tmpdir(), 'fields-'));
  const path = join(folder, 'frames.pcap');
  const samples = frames.map(({ bytes, wireLen }): Sample => ({ linkType, wireLen, frame: bytes }));
  writeFileSync(path, pcapOf(linkType, samples));
  // The number first: a row without any other value is no empty line.
  const theirs = tsharkFields(path, ['frame.number', ...fields]);
  const capture = await openCapture(path);
  rmSync(folder, { recursive: true });
  const differences = theirs.length === frames.length ? [] : [`tshark has ${theirs.length} frames`];
  const shown = new Set<string>();
  for (const [row, { bytes, wireLen }] of frames.entries()) {
    for (const [index, field] of fields.entries()) {
      const expected = theirs[row]?.[index + 1];
      if (expected !== '') shown.add(field);
      const ours = fieldText(capture, row, field);
      if (ours === expected) continue;
      const hex = Buffer.from(bytes).toString('hex');
      differences.push(`${row + 1} ${field}: tshark ${expected}, we ${ours} (${hex}, ${wireLen} bytes)`);
    }
  }
  capture.close();
  return { differences, shown };
}
