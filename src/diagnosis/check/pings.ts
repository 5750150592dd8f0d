import { Proof } from './evidence.ts';
import { ANSWER_NS } from './queries.ts';

/** Echo requests of one end of a flow, which are all of one identifier. */
export interface Pings {
  readonly flow: number;
  readonly direction: number;
  sent: number;
  /** Those that were sent with the same number again, a second later at least, before anything came back. */
  readonly repeated: Proof;
  /** Those that wait, by their number. */
  readonly waiting: Map<number, { readonly row: number; readonly at: number }>;
}

/** Echo requests and the replies to them, which bear the same identifier and number (RFC 792, RFC 4443 §4). */
export class EchoRequests {
  /** By flow * 2 + direction. */
  readonly flows = new Map<number, Pings>();
  private readonly most: number;

  /** Names the first `most` rows of each flow. */
  constructor(most: number) {
    this.most = most;
  }

  sent(flow: number, direction: number, number: number, row: number, at: number): void {
    let pings = this.flows.get(flow * 2 + direction);
    if (pings === undefined) {
      pings = { flow, direction, sent: 0, repeated: new Proof(), waiting: new Map() };
      this.flows.set(flow * 2 + direction, pings);
    }
    const before = pings.waiting.get(number);
    // Sooner, it may be one packet that was captured twice.
    if (before !== undefined && at - before.at < ANSWER_NS) return;
    if (before !== undefined) pings.repeated.add(before.row, this.most);
    pings.sent++;
    pings.waiting.delete(number);
    pings.waiting.set(number, { row, at });
  }

  /** A reply in this direction. */
  answered(flow: number, direction: number, number: number): void {
    this.flows.get(flow * 2 + 1 - direction)?.waiting.delete(number);
  }

  /** What nothing came back to, of which a capture that ends at `end` should have the reply. */
  left(
    { repeated, waiting }: Pings,
    end: number,
  ): { readonly rows: readonly number[]; readonly count: number } {
    const rows = [...repeated.rows];
    let { count } = repeated;
    for (const { row, at } of waiting.values()) {
      if (end - at < ANSWER_NS) continue;
      count++;
      if (rows.length < this.most) rows.push(row);
    }
    return { rows, count };
  }
}
