/** The rows of a time line that a page shows, in order: all of them, or those that a filter let through. */
export interface RowList {
  readonly length: number;
  at(position: number): number;
  /** Where a row stands; where it would stand when it is not shown: the position of the next one, or the last. */
  position(row: number): number;
}

export function allRows(count: number): RowList {
  return {
    length: count,
    at: (position) => position,
    position: (row) => Math.max(0, Math.min(row, count - 1)),
  };
}

/** @param rows ascending */
export function someRows(rows: Uint32Array): RowList {
  return listedRows(rows.length, (position) => rows[position] ?? 0);
}

/** Rows that are worked out when they are asked for. `at` gives them ascending. */
export function listedRows(length: number, at: (position: number) => number): RowList {
  return {
    length,
    at,
    position: (row) => {
      let low = 0;
      let high = length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (at(middle) < row) low = middle + 1;
        else high = middle;
      }
      return Math.max(0, Math.min(low, length - 1));
    },
  };
}

/** The place of the nearest row of a list before (-1) or behind (1) this one; -1 or the list's length where there is none. */
export function neighbour(list: RowList, row: number, by: number): number {
  const at = list.position(row);
  const found = list.length === 0 ? row : list.at(at);
  if (by < 0) return found < row ? at : at - 1;
  return found > row ? at : at + 1;
}

/** The first line of a window of `height` lines around position `at`, moved as little as need be from `top`. */
export function scrolled(top: number, at: number, height: number, length: number, margin = 2): number {
  const edge = Math.min(margin, Math.max(0, Math.floor((height - 1) / 2)));
  let first = top;
  if (at < first + edge) first = at - edge;
  if (at > first + height - 1 - edge) first = at - height + 1 + edge;
  return Math.max(0, Math.min(first, length - height));
}
