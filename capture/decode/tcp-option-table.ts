import { readU16, readU32 } from './bytes.ts';
import { TCP_OPTION } from './tcp-options.ts';

/** The two bytes of padding and the head of a timestamp option: what nearly all segments with options have, and nothing else. */
const PADDED_TIMESTAMPS = 0x0101_080a;
const TIMESTAMPS_LENGTH = 12;
const MAX_SACKS = 4;
const NO_SHIFT = -1;

/**
 * What the options of TCP segments say that an analysis of whole conversations needs: MSS and window scale of SYNs, and
 * SACK blocks. Only rows that have one of them are in here, in the order of rows.
 */
export class TcpOptionTable {
  length = 0;
  rows = new Uint32Array(64);
  /** 0 where there is none. */
  mss = new Uint16Array(64);
  /** -1 where there is none. */
  shift = new Int8Array(64);
  sackCount = new Uint8Array(64);
  /** Index in `edges` of the first SACK block: left edge, right edge, left edge… */
  sackAt = new Uint32Array(64);
  edges = new Uint32Array(256);
  private edgesUsed = 0;

  clear(): void {
    this.length = 0;
    this.edgesUsed = 0;
  }

  /** Takes in the options from `at` to `end` of a segment; rows must come in order. */
  add(bytes: Uint8Array, at: number, end: number, row: number): void {
    if (end - at === TIMESTAMPS_LENGTH && readU32(bytes, at) === PADDED_TIMESTAMPS) return;
    let mss = 0;
    let shift = NO_SHIFT;
    let sackAt = 0;
    let sackCount = 0;
    for (let next = at; next < end; ) {
      const kind = bytes[next]!;
      if (kind === TCP_OPTION.end) break;
      if (kind === TCP_OPTION.nop) {
        next++;
        continue;
      }
      const length = next + 1 < end ? bytes[next + 1]! : 0;
      if (length < 2 || next + length > end) break;
      if (kind === TCP_OPTION.mss && length === 4) mss = readU16(bytes, next + 2);
      else if (kind === TCP_OPTION.windowScale && length === 3) shift = bytes[next + 2]! & 0x7f;
      else if (kind === TCP_OPTION.sack && length >= 10 && (length - 2) % 8 === 0) {
        sackAt = next + 2;
        sackCount = Math.min((length - 2) / 8, MAX_SACKS);
      }
      next += length;
    }
    if (mss !== 0 || shift !== NO_SHIFT || sackCount > 0)
      this.push(row, mss, shift, bytes, sackAt, sackCount);
  }

  private push(row: number, mss: number, shift: number, bytes: Uint8Array, at: number, blocks: number): void {
    if (this.length === this.rows.length) this.grow();
    if (this.edgesUsed + MAX_SACKS * 2 > this.edges.length) this.edges = doubled(this.edges);
    const index = this.length++;
    this.rows[index] = row;
    this.mss[index] = mss;
    this.shift[index] = shift;
    this.sackCount[index] = blocks;
    this.sackAt[index] = this.edgesUsed;
    for (let edge = 0; edge < blocks * 2; edge++)
      this.edges[this.edgesUsed++] = readU32(bytes, at + edge * 4);
  }

  private grow(): void {
    this.rows = doubled(this.rows);
    this.mss = doubled(this.mss);
    this.shift = doubled(this.shift);
    this.sackCount = doubled(this.sackCount);
    this.sackAt = doubled(this.sackAt);
  }
}

function doubled<T extends Uint32Array | Uint16Array | Int8Array | Uint8Array>(from: T): T {
  const to = new (from.constructor as new (length: number) => T)(from.length * 2);
  to.set(from);
  return to;
}
