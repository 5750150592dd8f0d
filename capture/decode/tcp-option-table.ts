import { readU16 } from './bytes.ts';
import { TCP_OPTION } from './tcp-options.ts';

const NO_SHIFT = -1;

/** A part of the table, to be sent to another thread. */
export interface TcpOptionPart {
  readonly rows: Uint32Array;
  readonly mss: Uint16Array;
  readonly shift: Int8Array;
}

/**
 * What the options of SYNs say that an analysis of whole conversations needs: MSS and window scale. Only rows that have
 * one of them are in here, in the order of rows.
 */
export class TcpOptionTable {
  length = 0;
  rows = new Uint32Array(64);
  /** 0 where there is none. */
  mss = new Uint16Array(64);
  /** -1 where there is none. */
  shift = new Int8Array(64);

  clear(): void {
    this.length = 0;
  }

  /** Takes in the options from `at` to `end` of a segment; rows must come in order. */
  add(bytes: Uint8Array, at: number, end: number, row: number): void {
    let mss = 0;
    let shift = NO_SHIFT;
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
      next += length;
    }
    if (mss === 0 && shift === NO_SHIFT) return;
    if (this.length === this.rows.length) this.grow();
    const index = this.length++;
    this.rows[index] = row;
    this.mss[index] = mss;
    this.shift[index] = shift;
  }

  /** The options of rows `from` to `to`, whose rows count from `from`. */
  part(from: number, to: number): TcpOptionPart | null {
    const low = this.rows.subarray(0, this.length).findIndex((row) => row >= from);
    const after = this.rows.subarray(0, this.length).findIndex((row) => row >= to);
    const high = after < 0 ? this.length : after;
    if (low < 0 || low >= high) return null;
    const rows = this.rows.slice(low, high).map((row) => row - from);
    return { rows, mss: this.mss.slice(low, high), shift: this.shift.slice(low, high) };
  }

  /** Holds what `part` gave, and nothing else. */
  hold(part: TcpOptionPart | null): void {
    this.length = part?.rows.length ?? 0;
    if (part !== null) Object.assign(this, part);
  }

  private grow(): void {
    this.rows = doubled(this.rows);
    this.mss = doubled(this.mss);
    this.shift = doubled(this.shift);
  }
}

function doubled<T extends Uint32Array | Uint16Array | Int8Array>(from: T): T {
  const to = new (from.constructor as new (length: number) => T)(from.length * 2);
  to.set(from);
  return to;
}
