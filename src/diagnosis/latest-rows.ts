import { Columns } from '../../capture/columns.ts';

/** The latest rows of a capture that is read in pieces, with a mark each: at least `most` of them, older ones behind. */
export class LatestRows {
  readonly columns = new Columns();
  marks = new Uint8Array(0);
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** Takes the last rows of the next piece. */
  add(columns: Columns, marks: Uint8Array): void {
    const { most } = this;
    const from = Math.max(0, columns.length - most);
    const added = columns.length - from;
    // Rows move to the front once in a while, not with each piece.
    if (this.columns.length + added > most * 4) this.forget(this.columns.length + added - most);
    const at = this.columns.length;
    this.reserve(at + added);
    columns.copyTo(this.columns, from, columns.length, at);
    this.marks.set(marks.subarray(from, columns.length), at);
    for (const [row, fragment] of columns.fragments)
      if (row >= from) this.columns.fragments.set(at + row - from, fragment);
  }

  private forget(rows: number): void {
    const { columns, marks } = this;
    const first = Math.min(rows, columns.length);
    marks.copyWithin(0, first, columns.length);
    columns.drop(first);
  }

  private reserve(rows: number): void {
    if (rows <= this.marks.length) return;
    const room = Math.max(rows, Math.min(this.most * 4, this.marks.length * 2));
    this.columns.reserve(room);
    const marks = new Uint8Array(room);
    marks.set(this.marks);
    this.marks = marks;
  }
}
