const KINDS = 16;
const KEPT = 5;

/** The first rows that prove something of a conversation: a few a kind, however many there are. */
export class Evidence {
  private readonly rows = new Map<number, number[]>();

  add(flow: number, kind: number, row: number): void {
    const key = flow * KINDS + kind;
    const rows = this.rows.get(key);
    if (rows === undefined) this.rows.set(key, [row]);
    else if (rows.length < KEPT) rows.push(row);
  }

  get(flow: number, kind: number): readonly number[] {
    return this.rows.get(flow * KINDS + kind) ?? [];
  }
}
