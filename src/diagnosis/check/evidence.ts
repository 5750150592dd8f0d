const KINDS = 32;
/** How many frames of each issue are named, unless more are asked for. */
export const FRAMES_NAMED = 5;

/** The first rows that prove something, and how many there are. */
export class Proof {
  rows: number[] = [];
  count = 0;

  /** Takes a row; of those beyond `most` only the number is kept. */
  add(row: number, most: number): void {
    this.count++;
    // Most prove by one row: `push` would make room for sixteen more.
    if (this.rows.length === 0 && most > 0) this.rows = [row];
    else if (this.rows.length < most) this.rows.push(row);
  }
}

export const NO_PROOF: { readonly rows: readonly number[]; readonly count: number } = { rows: [], count: 0 };

/** The first rows that prove something of a conversation or of one direction of it: a few a kind, however many there are. */
export class Evidence {
  /** How many rows are kept of each. */
  readonly most: number;
  /** By kind and direction, then by flow. */
  private readonly proofs: (Proof | undefined)[][] = Array.from({ length: KINDS * 2 }, () => []);

  constructor(most: number) {
    this.most = most;
  }

  add(flow: number, kind: number, row: number, direction = 0): void {
    const proofs = this.proofs[kind * 2 + direction] ?? [];
    let proof = proofs[flow];
    if (proof === undefined) {
      proof = new Proof();
      proofs[flow] = proof;
    }
    proof.add(row, this.most);
  }

  /** Takes back what proved something that turned out to be something else. */
  forget(flow: number, kind: number, direction = 0): void {
    const proofs = this.proofs[kind * 2 + direction];
    if (proofs?.[flow] !== undefined) proofs[flow] = undefined;
  }

  /** Takes back the latest row. */
  takeBack(flow: number, kind: number, direction = 0): void {
    const proof = this.of(flow, kind, direction);
    if (proof === undefined || proof.count === 0) return;
    proof.count--;
    proof.rows.length = Math.min(proof.rows.length, proof.count);
  }

  /** Takes back a row that was added, one of those that are not kept too. */
  remove(flow: number, kind: number, row: number, direction = 0): void {
    const proof = this.of(flow, kind, direction);
    if (proof === undefined || proof.count === 0) return;
    proof.count--;
    const place = proof.rows.indexOf(row);
    if (place >= 0) proof.rows.splice(place, 1);
  }

  get(flow: number, kind: number, direction = 0): typeof NO_PROOF {
    return this.of(flow, kind, direction) ?? NO_PROOF;
  }

  private of(flow: number, kind: number, direction: number): Proof | undefined {
    return this.proofs[kind * 2 + direction]?.[flow];
  }
}
