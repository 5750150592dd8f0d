/** Calls and packets that prove a finding: so many are kept, the rest are only counted. */
const KEPT = 6;
/** Packets or calls that are looked at for findings before others may do something: about a millisecond. */
export const FINDINGS_A_STEP = 1 << 10;

/** Gathers what happened several times at one place: how often, the first proofs, and the largest of some number. */
export class Proof {
  count = 0;
  most = 0;
  total = 0;
  readonly calls: number[] = [];
  readonly packets: number[] = [];

  add(calls: readonly number[], packets: readonly number[], amount = 0): void {
    this.count++;
    this.total += amount;
    this.most = Math.max(this.most, amount);
    keep(this.calls, calls);
    keep(this.packets, packets);
  }

  /** Like `add`, but what has the largest amount stands first. */
  addLargestFirst(calls: readonly number[], packets: readonly number[], amount: number): void {
    const isLargest = amount > this.most;
    this.add([], [], amount);
    if (!isLargest) return;
    this.calls.splice(0, this.calls.length, ...calls.slice(0, KEPT));
    this.packets.splice(0, this.packets.length, ...packets.slice(0, KEPT));
  }
}

function keep(list: number[], more: readonly number[]): void {
  for (const item of more) if (list.length < KEPT && !list.includes(item)) list.push(item);
}

/** Proofs by key, made when they are first needed. */
export class Proofs {
  private readonly byKey = new Map<string, Proof>();

  of(key: string): Proof {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const made = new Proof();
    this.byKey.set(key, made);
    return made;
  }

  entries(): IterableIterator<[string, Proof]> {
    return this.byKey.entries();
  }
}
