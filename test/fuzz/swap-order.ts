import { type Block, SECTION } from './blocks.ts';

/** The fixed fields of a block's body by their sizes, and whether options follow. */
const FIELDS: Readonly<Record<number, readonly number[]>> = {
  [SECTION]: [4, 2, 2, 8],
  1: [2, 2, 4],
  5: [4, 4, 4],
  6: [4, 4, 4, 4, 4],
  3: [4],
};
const PACKET = 6;
/** Options that hold one number. */
const NUMBERS: Readonly<Record<number, readonly number[]>> = {
  1: [14],
  5: [2, 3, 4, 5, 6, 7, 8],
  6: [2, 4, 5],
};

/** The same block in the other byte order. */
export function swapOrder(block: Block): Block {
  const body = Buffer.from(block.body);
  const swapped: Block = { ...block, body, littleEndian: !block.littleEndian };
  const fields = FIELDS[block.type];
  if (fields === undefined) return swapped;
  const capLen = block.type === PACKET && body.length >= 20 ? read(body, 12, 4, block.littleEndian) : 0;
  let at = 0;
  for (const size of fields) {
    // Times are two words, the upper first in either order.
    if (at + size <= body.length) body.subarray(at, at + size).reverse();
    at += size;
  }
  if (block.type === 3) return swapped;
  at += Math.min(body.length, Math.ceil(capLen / 4) * 4);
  while (at + 4 <= body.length) {
    const code = read(body, at, 2, block.littleEndian);
    const length = read(body, at + 2, 2, block.littleEndian);
    body.subarray(at, at + 2).reverse();
    body.subarray(at + 2, at + 4).reverse();
    if (code === 0 || at + 4 + length > body.length) break;
    if ((NUMBERS[block.type] ?? []).includes(code)) {
      const isTime = block.type === 5 && code < 4 && length === 8;
      for (const part of isTime ? [4, 8] : [length])
        body.subarray(at + 4 + (isTime ? part - 4 : 0), at + 4 + part).reverse();
    }
    at += 4 + ((length + 3) & ~3);
  }
  return swapped;
}

function read(bytes: Buffer, at: number, size: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
}
