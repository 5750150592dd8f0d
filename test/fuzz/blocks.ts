// Capture files as lists that can be damaged piece by piece. It reads only files that are whole.

/** A pcapng block; `body` stands between its two lengths. The lengths written are right unless given here. */
export interface Block {
  type: number;
  body: Buffer;
  littleEndian: boolean;
  length?: number;
  lengthAgain?: number;
}

/** A pcap record: its header of 16 bytes, and its frame. */
export interface PcapRecord {
  header: Buffer;
  frame: Buffer;
}

export type Model =
  | { kind: 'pcapng'; blocks: Block[] }
  | { kind: 'pcap'; header: Buffer; littleEndian: boolean; records: PcapRecord[] }
  | { kind: 'bytes'; bytes: Buffer };

export const SECTION = 0x0a0d0d0a;
const MAGIC_LE = 0x4d3c2b1a;
const PCAP_LE = new Set([0xa1b2c3d4, 0xa1b23c4d]);

/** Takes a file apart, up to where it is damaged; its pieces are copies. */
export function takeApart(bytes: Buffer): Model {
  if (bytes.length >= 28 && bytes.readUInt32BE(0) === SECTION)
    return { kind: 'pcapng', blocks: blocksOf(bytes) };
  if (bytes.length >= 24 && PCAP_LE.has(bytes.readUInt32LE(0))) return pcapOf(bytes, true);
  if (bytes.length >= 24 && PCAP_LE.has(bytes.readUInt32BE(0))) return pcapOf(bytes, false);
  return { kind: 'bytes', bytes: Buffer.from(bytes) };
}

/** The file again, with the damage that the pieces have. */
export function putTogether(model: Model): Buffer {
  if (model.kind === 'bytes') return model.bytes;
  if (model.kind === 'pcap')
    return Buffer.concat([model.header, ...model.records.flatMap(({ header, frame }) => [header, frame])]);
  return Buffer.concat(model.blocks.flatMap(written));
}

export function u32(value: number, littleEndian: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (littleEndian) bytes.writeUInt32LE(value >>> 0);
  else bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function written({ type, body, littleEndian, length, lengthAgain }: Block): Buffer[] {
  const total = length ?? body.length + 12;
  return [u32(type, littleEndian), u32(total, littleEndian), body, u32(lengthAgain ?? total, littleEndian)];
}

function blocksOf(bytes: Buffer): Block[] {
  const blocks: Block[] = [];
  let littleEndian = true;
  for (let at = 0; at + 12 <= bytes.length; ) {
    if (bytes.readUInt32BE(at) === SECTION) littleEndian = bytes.readUInt32BE(at + 8) === MAGIC_LE;
    const read = (offset: number): number =>
      littleEndian ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
    const length = read(at + 4);
    if (length < 12 || (length & 3) !== 0 || at + length > bytes.length) break;
    const body = Buffer.from(bytes.subarray(at + 8, at + length - 4));
    blocks.push({ type: read(at), body, littleEndian });
    at += length;
  }
  return blocks;
}

function pcapOf(bytes: Buffer, littleEndian: boolean): Model {
  const records: PcapRecord[] = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const capLen = littleEndian ? bytes.readUInt32LE(at + 8) : bytes.readUInt32BE(at + 8);
    if (at + 16 + capLen > bytes.length) break;
    const frame = Buffer.from(bytes.subarray(at + 16, at + 16 + capLen));
    records.push({ header: Buffer.from(bytes.subarray(at, at + 16)), frame });
    at += 16 + capLen;
  }
  return { kind: 'pcap', header: Buffer.from(bytes.subarray(0, 24)), littleEndian, records };
}

/** Of a block so much is header: its own, and those of the layers of its packet. */
const HEADER_OF_BLOCK = 96;

/** Places of bytes that headers stand in, at most so many: of a pcapng the beginning of each block, else of the file. */
export function headerPlaces(bytes: Buffer, most: number): readonly number[] {
  const model = takeApart(bytes);
  const places: number[] = [];
  const add = (from: number, length: number): void => {
    for (let at = from; at < from + length && at < bytes.length && places.length < most; at++)
      places.push(at);
  };
  if (model.kind !== 'pcapng') add(0, most);
  else {
    let at = 0;
    for (const { body } of model.blocks) {
      add(at, Math.min(12 + body.length, HEADER_OF_BLOCK));
      at += 12 + body.length;
    }
    add(at, most);
  }
  return places;
}

/** The first pieces of a file that fit into `size` bytes, and its last block, which may be its counters. */
export function shortened(bytes: Buffer, size: number): Buffer {
  if (bytes.length <= size) return bytes;
  const model = takeApart(bytes);
  if (model.kind === 'bytes') return bytes.subarray(0, size);
  let room = size;
  const fits = (length: number): boolean => {
    room -= length;
    return room >= 0;
  };
  if (model.kind === 'pcap') {
    model.records = model.records.filter(({ frame }) => fits(16 + frame.length));
  } else {
    const last = model.blocks.at(-1);
    model.blocks = model.blocks.filter(
      (block) => fits(12 + block.body.length) || block.type === SECTION || block === last,
    );
  }
  return putTogether(model);
}
