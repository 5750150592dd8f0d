import type { OtherBlock } from '../capture.ts';
import type { FrameSource } from './frame-source.ts';
import { BLOCK_TYPES_WITH_NUMBERS } from './pcapng-blocks.ts';

/** Blocks that follow on others, to be sent to another thread. */
export interface BlockPart {
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
  readonly types: Uint32Array;
  readonly rows: Uint32Array;
  readonly orders: Uint8Array;
}

/** Where the blocks that are no packets stand in the file; their bodies stay there. */
export class OtherBlockList {
  length = 0;
  private readonly source: FrameSource;
  /** `beforeRow` of each block that Wireshark counts in frame.number, in file order. */
  private readonly numbered: number[] = [];
  private offsets = new Float64Array(16);
  private sizes = new Uint32Array(16);
  private types = new Uint32Array(16);
  private rows = new Uint32Array(16);
  private orders = new Uint8Array(16);

  constructor(source: FrameSource) {
    this.source = source;
  }

  add(type: number, bodyOffset: number, bodyLength: number, beforeRow: number, littleEndian: boolean): void {
    if (this.length === this.types.length) this.grow();
    const index = this.length++;
    this.types[index] = type;
    this.offsets[index] = bodyOffset;
    this.sizes[index] = bodyLength;
    this.rows[index] = beforeRow;
    this.orders[index] = littleEndian ? 1 : 0;
    if (BLOCK_TYPES_WITH_NUMBERS.has(type)) this.numbered.push(beforeRow);
  }

  type(index: number): number {
    return this.types[index] ?? 0;
  }

  beforeRow(index: number): number {
    return this.rows[index] ?? 0;
  }

  /** How many blocks before this row's packet Wireshark counts in frame.number. */
  numberedBefore(row: number): number {
    const { numbered } = this;
    let low = 0;
    let high = numbered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbered[middle] ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The block of this number; a RangeError when there is none. */
  get(index: number): OtherBlock {
    if (!(index >= 0 && index < this.length))
      throw new RangeError(`no block ${index}, there are ${this.length}`);
    const bodyOffset = this.offsets[index] ?? 0;
    return {
      type: this.type(index),
      beforeRow: this.beforeRow(index),
      body: this.source.read(bodyOffset, this.sizes[index] ?? 0).slice(),
      littleEndian: this.orders[index] === 1,
      fileOffset: bodyOffset - 8,
    };
  }

  /** The blocks from `first` on. */
  part(first: number): BlockPart {
    const { length } = this;
    return {
      offsets: this.offsets.slice(first, length),
      sizes: this.sizes.slice(first, length),
      types: this.types.slice(first, length),
      rows: this.rows.slice(first, length),
      orders: this.orders.slice(first, length),
    };
  }

  append({ offsets, sizes, types, rows, orders }: BlockPart): void {
    for (const [index, type] of types.entries())
      this.add(type, offsets[index] ?? 0, sizes[index] ?? 0, rows[index] ?? 0, orders[index] === 1);
  }

  private grow(): void {
    const capacity = this.types.length * 2;
    this.offsets = withRoom(new Float64Array(capacity), this.offsets);
    this.sizes = withRoom(new Uint32Array(capacity), this.sizes);
    this.types = withRoom(new Uint32Array(capacity), this.types);
    this.rows = withRoom(new Uint32Array(capacity), this.rows);
    this.orders = withRoom(new Uint8Array(capacity), this.orders);
  }
}

function withRoom<T extends Float64Array | Uint32Array | Uint8Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
