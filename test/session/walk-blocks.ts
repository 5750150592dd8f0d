import type { OtherBlock } from '../../capture/capture.ts';

export interface Walked {
  /** Block types in file order. */
  readonly types: readonly number[];
  readonly packets: readonly Uint8Array[];
  readonly others: readonly OtherBlock[];
  readonly comments: readonly string[];
}

/** Reads little-endian pcapng by hand, as far as its blocks are whole. */
export function walkBlocks(file: Uint8Array): Walked {
  const bytes = Buffer.from(file);
  const types: number[] = [];
  const packets: Uint8Array[] = [];
  const others: OtherBlock[] = [];
  const comments: string[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const type = bytes.readUInt32LE(at);
    const length = bytes.readUInt32LE(at + 4);
    if (at + length > bytes.length) break;
    if (bytes.readUInt32LE(at + length - 4) !== length) throw new Error(`lengths differ at ${at}`);
    types.push(type);
    const body = bytes.subarray(at + 8, at + length - 4);
    if (type === 6) packets.push(body.subarray(20, 20 + body.readUInt32LE(12)));
    else if (type === 0x0a0d0d0a) comments.push(...sectionComments(body));
    else others.push({ type, beforeRow: packets.length, body });
    at += length;
  }
  return { types, packets, others, comments };
}

function sectionComments(body: Buffer): string[] {
  const comments: string[] = [];
  for (let at = 16; at + 4 <= body.length; ) {
    const code = body.readUInt16LE(at);
    const length = body.readUInt16LE(at + 2);
    if (code === 0) break;
    if (code === 1) comments.push(body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return comments;
}
