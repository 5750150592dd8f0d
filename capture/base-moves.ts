/** A base sequence number that another took the place of, in the order in which they did. */
export interface BaseMove {
  /** Flow * 2 + direction. */
  readonly key: number;
  /** The first row that counts from the new one. */
  readonly row: number;
  readonly before: number;
}

/**
 * Where relative sequence numbers begin to count from elsewhere: seldom, when a SYN+ACK comes behind what already told of
 * its direction. Wireshark shows the rows before it by what was known then.
 */
export class BaseMoves {
  readonly all: BaseMove[] = [];
  private readonly byKey = new Map<number, BaseMove[]>();

  add(move: BaseMove): void {
    this.all.push(move);
    const known = this.byKey.get(move.key);
    if (known === undefined) this.byKey.set(move.key, [move]);
    else known.push(move);
  }

  /** The base that counted in a row; `now` when none took its place since. */
  at(key: number, row: number, now: number): number {
    return this.byKey.get(key)?.find((move) => move.row > row)?.before ?? now;
  }
}
