import { type Block, SECTION } from './blocks.ts';
import { mutateFrame } from './mutate-frame.ts';
import { mutateJournal, padded } from './mutate-journal.ts';
import type { Numbers } from './numbers.ts';
import { swapOrder } from './swap-order.ts';

const TYPES = [
  ...[SECTION, 1, 2, 3, 4, 5, 6, 9, 10, 0xbad, 0x4000_0bad, 0x204, 0x216, 0x221, 0, 7, 8, 0x8000_0001],
];
const LINK_TYPES = [0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 127, 147, 219, 228, 229, 276, 65_535];
const JOURNAL = 9;
const PACKET_HEAD = 20;
/** Where the options of a block start in its body. */
const OPTIONS_AT: Readonly<Record<number, number>> = { [SECTION]: 16, 1: 8, 4: 0, 5: 12 };

/** Damages a list of pcapng blocks in one place. */
export function mutateBlocks(blocks: Block[], pick: Numbers): void {
  const at = pick.below(blocks.length);
  const block = blocks[at];
  if (block === undefined) return;
  switch (pick.below(14)) {
    case 0:
      block.type = pick.chance(0.8) ? pick.of(TYPES, 0) : pick.word();
      return;
    case 1:
      block.length = pick.chance(0.5) ? block.body.length + 12 + 4 * (pick.below(9) - 4) : pick.word();
      return;
    case 2:
      block.lengthAgain = pick.chance(0.5) ? block.body.length + 12 + pick.below(9) - 4 : pick.word();
      return;
    case 3:
      blocks.splice(at, 1);
      return;
    case 4:
      blocks.splice(pick.below(blocks.length + 1), 0, copyOf(block));
      return;
    case 5:
      blocks.splice(pick.below(blocks.length), 0, ...blocks.splice(at, 1 + pick.below(3)));
      return;
    case 6:
      block.body = word(block, pick.below(Math.min(block.body.length, 28)), pick.word());
      return;
    case 7:
      block.body = block.body.subarray(0, pick.below(block.body.length + 1) & ~3);
      return;
    case 8:
      swapSome(blocks, at, pick);
      return;
    case 9:
      anotherSection(blocks, at, pick);
      return;
    case 10:
      mutateOptions(block, pick);
      return;
    default:
      mutateByKind(blocks, pick);
  }
}

function copyOf(block: Block): Block {
  return { ...block, body: Buffer.from(block.body) };
}

/** The body with one aligned word of it changed, in its byte order. */
function word({ body, littleEndian }: Block, near: number, value: number): Buffer {
  const at = near & ~3;
  if (at + 4 > body.length) return body;
  if (littleEndian) body.writeUInt32LE(value, at);
  else body.writeUInt32BE(value, at);
  return body;
}

/** Turns a section's blocks into the other byte order, all of them or (wrongly) only some. */
function swapSome(blocks: Block[], at: number, pick: Numbers): void {
  const isWhole = pick.chance(0.7);
  for (let index = 0; index < blocks.length; index++) {
    if (isWhole || (index >= at && index < at + 3)) blocks[index] = swapOrder(blocks[index] as Block);
  }
}

/** Starts a new section in the middle, with or without interfaces of its own, in either byte order. */
function anotherSection(blocks: Block[], at: number, pick: Numbers): void {
  const heads = blocks.filter(({ type }) => type === SECTION || (pick.chance(0.7) && type === 1)).map(copyOf);
  if (pick.chance(0.5)) {
    blocks.splice(at, 0, ...heads);
    return;
  }
  const rest = blocks.splice(at).map((block) => swapOrder(block));
  blocks.push(...heads.map((block) => swapOrder(block)), ...rest);
}

/** Changes, adds, doubles or cuts an option of any kind of block that has some. */
function mutateOptions(block: Block, pick: Numbers): void {
  const { body, littleEndian } = block;
  const isPacket = block.type === 6 || block.type === 2;
  const capLen = isPacket && body.length >= PACKET_HEAD ? body.readUInt32LE(12) : 0;
  const start = isPacket ? PACKET_HEAD + Math.ceil(capLen / 4) * 4 : (OPTIONS_AT[block.type] ?? -1);
  if (start < 0 || start > body.length) return;
  const value = Buffer.alloc(
    pick.of([0, 1, 2, 4, 8, 9, 16, 100], 8),
    pick.of([0, 1, 9, 0x41, 0x8a, 0xff], 0),
  );
  const option = Buffer.alloc(4);
  const code = pick.of([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 2988, 19_372, 32_769, 65_535], 1);
  const length = pick.chance(0.7) ? value.length : pick.word() & 0xffff;
  if (littleEndian) option.writeUInt32LE(((length << 16) | code) >>> 0);
  else option.writeUInt32BE(((code << 16) | length) >>> 0);
  const added = Buffer.concat([option, padded(value)]);
  const keep = pick.chance(0.7) ? body.subarray(start) : Buffer.alloc(0);
  block.body = Buffer.concat([body.subarray(0, start), added, keep]);
}

function mutateByKind(blocks: Block[], pick: Numbers): void {
  const kinds = pick.chance(0.45) ? [JOURNAL] : [6, 2, 3, 1];
  const chosen = pick.of(
    blocks.filter(({ type }) => kinds.includes(type)),
    blocks[0] as Block,
  );
  const { body, littleEndian } = chosen;
  if (chosen.type === JOURNAL) {
    const other = pick.of(
      blocks.filter(({ type }) => type === JOURNAL),
      chosen,
    );
    chosen.body = mutateJournal(body, pick, other.body);
  } else if (chosen.type === 1 && body.length >= 8) {
    const linkType = pick.of(LINK_TYPES, 1);
    if (pick.chance(0.5)) word(chosen, 4, pick.word());
    else if (littleEndian) body.writeUInt16LE(linkType, 0);
    else body.writeUInt16BE(linkType, 0);
  } else if (chosen.type === 6 && body.length > PACKET_HEAD) {
    const linkType = linkTypeOf(blocks);
    if (pick.chance(0.25)) word(chosen, pick.of([0, 4, 8, 12, 16], 0), pick.word());
    else replaceFrame(chosen, linkType, pick);
  }
}

function linkTypeOf(blocks: readonly Block[]): number {
  const described = blocks.find(({ type, body }) => type === 1 && body.length >= 2);
  if (described === undefined) return 1;
  return described.littleEndian ? described.body.readUInt16LE(0) : described.body.readUInt16BE(0);
}

/** A packet block with its frame damaged and its lengths right, as a program writes it that captured such a frame. */
function replaceFrame(block: Block, linkType: number, pick: Numbers): void {
  const { body, littleEndian } = block;
  const capLen = littleEndian ? body.readUInt32LE(12) : body.readUInt32BE(12);
  const end = PACKET_HEAD + capLen;
  if (end > body.length) return;
  const frame = mutateFrame(Buffer.from(body.subarray(PACKET_HEAD, end)), linkType, pick);
  const options = body.subarray(PACKET_HEAD + ((capLen + 3) & ~3));
  block.body = Buffer.concat([body.subarray(0, PACKET_HEAD), padded(frame), options]);
  word(block, 12, frame.length);
  if (pick.chance(0.9)) word(block, 16, frame.length);
}
