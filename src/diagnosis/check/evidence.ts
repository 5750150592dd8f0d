const KINDS = 32;
const KEPT = 5;

/** The first rows that prove something of a conversation or of one direction of it: a few a kind, however many there are. */
export class Evidence {
  private readonly rows = new Map<number, number[]>();

  add(flow: number, kind: number, row: number, direction = 0): void {
    const key = (flow * KINDS + kind) * 2 + direction;
    const rows = this.rows.get(key);
    if (rows === undefined) this.rows.set(key, [row]);
    else if (rows.length < KEPT) rows.push(row);
  }

  get(flow: number, kind: number, direction = 0): readonly number[] {
    return this.rows.get((flow * KINDS + kind) * 2 + direction) ?? [];
  }
}
