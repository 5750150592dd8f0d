/** A stretch of time in which nothing happened, in seconds of the plot. */
export interface Idle {
  readonly from: number;
  readonly to: number;
}

/** Such a stretch on a plot: the columns that stand for it, however long it was. */
export interface Fold extends Idle {
  readonly column: number;
}

/** As in the ladder: a pause as long as this is told as one, in s. */
export const IDLE_SECONDS = 0.1;
/** Columns of a fold, and the fewest of what stands between two. */
export const FOLD_COLUMNS = 2;
const LEAST_COLUMNS = 3;
/** A pause is folded where it would take so many columns at least. */
const WORTH_FOLDING = 6;
/** At most one fold for so many columns. */
const COLUMNS_A_FOLD = 10;

interface Stretch extends Idle {
  /** First column and how many. */
  readonly column: number;
  readonly columns: number;
}

/**
 * The time axis of a plot that is `width` columns wide, from 0 to `last` seconds: linear, but with long pauses folded,
 * beside which what happened would have no width.
 */
export class PlotTime {
  readonly width: number;
  readonly folds: readonly Fold[];
  private readonly stretches: readonly Stretch[];

  constructor(width: number, last: number, idle: readonly Idle[]) {
    this.width = width;
    const folded = foldedOf(width, last, idle);
    this.stretches = place(width, last, folded);
    this.folds = folded.map((each, index) => {
      const before = this.stretches[index];
      return { ...each, column: (before?.column ?? 0) + (before?.columns ?? 0) };
    });
  }

  /** Where a time is, from 0 at the left to 1 at the right; beyond that for times beyond the plot. */
  x(time: number): number {
    const dots = this.width * 2 - 1;
    const index = this.stretches.findIndex(({ to }) => time <= to);
    const stretch = this.stretches[index] ?? this.stretches.at(-1);
    if (stretch === undefined || dots <= 0) return 0;
    const first = stretch.column * 2;
    if (time < stretch.from && index > 0) return (first - 1) / dots;
    const length = stretch.to - stretch.from;
    const part = length <= 0 ? 0 : (time - stretch.from) / length;
    return (first + part * (stretch.columns * 2 - 1)) / dots;
  }

  /** The column of a time; -1 beyond the plot. */
  column(time: number): number {
    const column = Math.floor(Math.round(this.x(time) * (this.width * 2 - 1)) / 2);
    return column < 0 || column >= this.width ? -1 : column;
  }
}

/** The pauses that are folded, in order of time: the longest first are chosen, while they would take much of the axis. */
function foldedOf(width: number, last: number, idle: readonly Idle[]): readonly Idle[] {
  const folded: Idle[] = [];
  let rest = last;
  let columns = width;
  for (const each of idle.toSorted((a, b) => b.to - b.from - (a.to - a.from))) {
    const length = each.to - each.from;
    const isWorth = length >= IDLE_SECONDS && (length / rest) * columns >= WORTH_FOLDING;
    if (!isWorth || (folded.length + 1) * COLUMNS_A_FOLD > width) break;
    folded.push(each);
    rest -= length;
    columns -= FOLD_COLUMNS + LEAST_COLUMNS;
  }
  return folded.sort((a, b) => a.from - b.from);
}

/** Gives each stretch between folds its columns: a few at least, the others by how long it was. */
function place(width: number, last: number, folded: readonly Idle[]): readonly Stretch[] {
  const bounds = [
    ...folded.map(({ from }, index) => ({ from: folded[index - 1]?.to ?? 0, to: from })),
    { from: folded.at(-1)?.to ?? 0, to: last },
  ];
  const spare = width - folded.length * FOLD_COLUMNS - bounds.length * LEAST_COLUMNS;
  const busy = bounds.reduce((sum, { from, to }) => sum + to - from, 0);
  let before = 0;
  return bounds.map(({ from, to }, index) => {
    // The ends are rounded, not the lengths: nothing is left over.
    const end = (upTo: number): number =>
      busy <= 0 ? Math.round((spare * upTo) / bounds.length) : Math.round((spare * upTo) / busy);
    const length = busy <= 0 ? 1 : to - from;
    const columns = LEAST_COLUMNS + end(before + length) - end(before);
    const column = index * (FOLD_COLUMNS + LEAST_COLUMNS) + end(before);
    before += length;
    return { from, to, column, columns };
  });
}
