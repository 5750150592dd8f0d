/** How many ranges of missing numbers a text names before it only counts the rest. */
const SHOWN = 12;

/** Which of the numbers 0, 1, 2… have come: as gaps, so that a number that is far too large costs no memory. */
export class Numbers {
  /** Numbers below `next` that have not come, as ranges [from, to), in order. */
  private gaps: (readonly [from: number, to: number])[] = [];
  private next = 0;
  /** How many numbers came that had come before. */
  twice = 0;

  /** Whether this number is new. */
  take(number: number): boolean {
    if (number >= this.next) {
      if (number > this.next) this.gaps.push([this.next, number]);
      this.next = number + 1;
      return true;
    }
    const index = this.gaps.findLastIndex(([from, to]) => from <= number && number < to);
    const gap = this.gaps[index];
    if (gap === undefined) {
      this.twice += 1;
      return false;
    }
    const rest = [[gap[0], number] as const, [number + 1, gap[1]] as const].filter(([from, to]) => from < to);
    this.gaps.splice(index, 1, ...rest);
    return true;
  }

  /** The missing ones of `total` numbers: how many, and which. */
  missing(total: number): { readonly count: number; readonly text: string } {
    const gaps = this.next < total ? [...this.gaps, [this.next, total] as const] : this.gaps;
    const count = gaps.reduce((sum, [from, to]) => sum + to - from, 0);
    const names = gaps
      .slice(0, SHOWN)
      .map(([from, to]) => (to - from === 1 ? `${from}` : `${from}–${to - 1}`));
    if (gaps.length > SHOWN) names.push(`${gaps.length - SHOWN} more ranges`);
    return { count, text: names.join(', ') };
  }
}
