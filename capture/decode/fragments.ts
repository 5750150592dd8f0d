import type { Columns } from '../columns.ts';
import { KeyTable } from './key-table.ts';

/**
 * Which flow the fragments of a datagram belong to: only the first of them carries ports. Identifications are used
 * again, so the latest first fragment counts.
 */
export class FragmentTable {
  private readonly keys = new KeyTable();
  // Two cells an entry, because the key table gives both directions the same entry.
  private flow = new Int32Array(32).fill(-1);
  private direction = new Uint8Array(32);
  // Rows of fragments that came before their first one. Rare, hence a map.
  private readonly early = new Map<number, number[]>();

  /** Takes in a first fragment; gives its flow to fragments that came earlier. */
  first(
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressLen: number,
    id: number,
    tag: number,
    out: Columns,
    row: number,
  ): void {
    const cell = this.cell(bytes, source, destination, addressLen, id, tag);
    this.flow[cell] = out.flow[row]!;
    this.direction[cell] = out.direction[row]!;
    const waiting = this.early.get(cell);
    if (waiting === undefined) return;
    for (const later of waiting) this.give(cell, out, later);
    this.early.delete(cell);
  }

  /** Gives a later fragment the flow of its first one, now or when that comes. */
  later(
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressLen: number,
    id: number,
    tag: number,
    out: Columns,
    row: number,
  ): void {
    const cell = this.cell(bytes, source, destination, addressLen, id, tag);
    if (this.flow[cell]! >= 0) this.give(cell, out, row);
    else if (this.early.has(cell)) this.early.get(cell)?.push(row);
    else this.early.set(cell, [row]);
  }

  /** Fragments that still wait for their first one get no flow: their rows are gone. */
  forgetRows(): void {
    this.early.clear();
  }

  private give(cell: number, out: Columns, row: number): void {
    out.flow[row] = this.flow[cell]!;
    out.direction[row] = this.direction[cell]!;
  }

  private cell(
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressLen: number,
    id: number,
    tag: number,
  ): number {
    const entry = this.keys.entry(bytes, source, destination, addressLen, id >>> 16, id & 0xffff, tag);
    if (entry * 2 + 1 >= this.flow.length) this.grow();
    return entry * 2 + (this.keys.reversed ? 1 : 0);
  }

  private grow(): void {
    const flow = new Int32Array(this.flow.length * 2).fill(-1);
    flow.set(this.flow);
    this.flow = flow;
    const direction = new Uint8Array(this.direction.length * 2);
    direction.set(this.direction);
    this.direction = direction;
  }
}
