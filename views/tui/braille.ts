/** Dots of a braille cell (U+2800): two columns of four rows; bits by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** A field of dots, 2 × 4 in a character cell; in ASCII one sign a cell. Several layers keep their own cells. */
export class DotPlot {
  readonly width: number;
  readonly height: number;
  private readonly cells: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.cells = new Uint8Array(width * height);
  }

  /** The number of the dot at `x` and `y`, which `dot` would set; the same for all that share it. */
  cellOf(x: number, y: number): number {
    return (
      Math.round(x * (this.width * 2 - 1)) * this.height * 8 + Math.round((1 - y) * (this.height * 4 - 1))
    );
  }

  /** Sets the dot at `x` and `y` from 0 to 1, y upwards. */
  dot(x: number, y: number): void {
    const column = Math.round(x * (this.width * 2 - 1));
    const row = Math.round((1 - y) * (this.height * 4 - 1));
    if (column < 0 || row < 0 || column >= this.width * 2 || row >= this.height * 4) return;
    const cell = (row >> 2) * this.width + (column >> 1);
    this.cells[cell] = (this.cells[cell] ?? 0) | (DOTS[column & 1]?.[row & 3] ?? 0);
  }

  /** A level line. */
  level(x0: number, y: number, x1: number): void {
    const columns = Math.max(1, Math.round((x1 - x0) * this.width * 2));
    for (let at = 0; at <= columns; at++) this.dot(x0 + ((x1 - x0) * at) / columns, y);
  }

  /** A step line: level at `y0` until `x1`, then up or down to `y1`. */
  step(x0: number, y0: number, x1: number, y1: number): void {
    this.level(x0, y0, x1);
    const rows = Math.max(1, Math.round(Math.abs(y1 - y0) * this.height * 4));
    for (let at = 0; at <= rows; at++) this.dot(x1, y0 + ((y1 - y0) * at) / rows);
  }

  isSet(column: number, row: number): boolean {
    return this.cells[row * this.width + column] !== 0;
  }

  char(column: number, row: number): string {
    return String.fromCodePoint(0x2800 + (this.cells[row * this.width + column] ?? 0));
  }
}
