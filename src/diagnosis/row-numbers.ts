const ROWS_A_PAGE = 512;

/**
 * Numbers that some rows have, in pages of rows: a Map of millions stands still for a second whenever it grows, and holds
 * no more than sixteen million.
 */
export class RowNumbers {
  private readonly pages: (Float64Array | undefined)[] = [];

  /** @param value no NaN */
  set(row: number, value: number): void {
    const at = Math.floor(row / ROWS_A_PAGE);
    let page = this.pages[at];
    if (page === undefined) {
      page = new Float64Array(ROWS_A_PAGE).fill(Number.NaN);
      while (this.pages.length <= at) this.pages.push(undefined);
      this.pages[at] = page;
    }
    page[row % ROWS_A_PAGE] = value;
  }

  /** undefined where the row has none. */
  get(row: number): number | undefined {
    const value = this.pages[Math.floor(row / ROWS_A_PAGE)]?.[row % ROWS_A_PAGE];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  has(row: number): boolean {
    return this.get(row) !== undefined;
  }
}
