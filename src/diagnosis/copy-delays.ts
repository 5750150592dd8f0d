/** What is captured this soon after its first capture has no time of its own: two interfaces of one machine. */
const AT_ONCE_NS = 100e3;
/** A queue on the way may grow by so much, or to so many times what the way took before, from one packet to the next. */
const LEAST_PATH_NS = 100e6;
const GROWTH = 8;

/** How long after the first the second capture of packets comes: a mirror delays all of them alike. */
export class CopyDelays {
  /** ns, the latest of each flow. */
  private readonly ofFlow = new Map<number, number>();
  private latest = Number.NaN;

  note(flow: number, since: number): void {
    this.ofFlow.set(flow, since);
    this.latest = since;
  }

  /** Time (ns) in which the copy of a packet of this flow comes along a path, whose queues fill and empty; no more than `most`. */
  alongPath(flow: number, most: number): number {
    const delay = this.ofFlow.get(flow);
    return delay === undefined ? most : Math.min(most, Math.max(LEAST_PATH_NS, delay * GROWTH));
  }

  /** Whether copies of packets of this flow, or of the capture where it has none, come about so long after them. */
  fits(flow: number, since: number): boolean {
    const delay = this.ofFlow.get(flow) ?? this.latest;
    return (delay <= AT_ONCE_NS && since <= AT_ONCE_NS) || (since > delay / 2 && since < delay * 2);
  }
}
