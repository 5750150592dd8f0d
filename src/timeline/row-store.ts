const BITS = 10;
const CHUNK = 1 << BITS;

/** A growing list of rows, in chunks: a list of millions grows without being copied. */
export class RowStore {
  length = 0;
  private readonly chunks: Int32Array[] = [];

  /** The row at a place; 0 where there is none. */
  at(place: number): number {
    return place < this.length ? (this.chunks[place >>> BITS]?.[place & (CHUNK - 1)] ?? 0) : 0;
  }

  push(row: number): void {
    if (this.length === this.chunks.length * CHUNK) this.chunks.push(new Int32Array(CHUNK));
    this.set(this.length++, row);
  }

  /** Puts a row at a place; what stands there and behind it moves on by one. Meant for places near the end. */
  insert(place: number, row: number): void {
    this.push(row);
    for (let at = this.length - 1; at > place; at--) this.set(at, this.at(at - 1));
    this.set(place, row);
  }

  private set(place: number, row: number): void {
    const chunk = this.chunks[place >>> BITS];
    if (chunk !== undefined) chunk[place & (CHUNK - 1)] = row;
  }
}
