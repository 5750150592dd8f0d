import { grown, type UnackedLists } from './unacked.ts';

/** Acknowledgements that are remembered of a direction, the latest ones, and of all together. */
const MOST_OF_DIRECTION = 64;
const MOST = 20_000;
/** How much later by its time a segment may be captured than what acknowledges it: no timer and no answer is this quick. */
const LATE_NS = 3e6;
/** Of those that it is too late for, so many are kept of a direction: a reset may say that they are of an older connection. */
const MOST_OLD = 4;

/** An acknowledgement of bytes that were not captured before it. */
interface EarlyAck {
  readonly row: number;
  /** ns. */
  readonly at: number;
  /** It has the flag ack_lost_segment. */
  readonly isFlagged: boolean;
}

/** Bytes from `start` up to `end` that an acknowledgement lacks. */
interface Lacking {
  readonly start: number;
  readonly end: number;
  readonly of: EarlyAck;
}

/**
 * Acknowledgements of bytes that were not captured before them. Several queues of a network card, several mirror ports,
 * or a file that is not in the order of time put some before the data that they acknowledge. Numbers are signed 32-bit.
 */
export class EarlyAcks {
  /** Acknowledgements that lack nothing any more, by the segment at hand. */
  readonly settled: EarlyAck[] = [];
  /** They are of an older connection; else the data stands behind them. */
  isOlder = false;
  private readonly ofDirection = new Map<number, Lacking[]>();
  private count = 0;
  /** Up to when data of a direction may stand behind what acknowledges it, in ns: asked of every segment. */
  private until = new Float64Array(64);

  /** Makes room for so many directions. */
  reserve(directions: number): void {
    if (directions > this.until.length)
      this.until = grown(this.until, Math.max(directions, this.until.length * 2));
  }

  /** Takes an acknowledgement up to `ack` of the direction, which was acknowledged, or captured, up to `from`. */
  note(
    direction: number,
    { from, ack, ...of }: EarlyAck & { readonly from: number; readonly ack: number },
    unacked: UnackedLists,
  ): void {
    if (this.count > MOST) this.clear();
    this.until[direction] = of.at + LATE_NS;
    const known = this.ofDirection.get(direction) ?? [];
    const lacking = lackingBetween(unacked, direction, from, ack).map(([start, end]) => ({ start, end, of }));
    const all = [...known, ...lacking];
    const old = all.findIndex((one) => of.at - one.of.at < LATE_NS);
    const away = Math.max(0, old - MOST_OLD, all.length - MOST_OF_DIRECTION);
    // None stays in part: it would seem to lack less.
    const cut = all[away - 1]?.of;
    this.keep(
      direction,
      known,
      all.slice(away).filter((one) => one.of !== cut),
    );
  }

  /**
   * A segment of the direction holds these bytes, at `now` ns: whether an acknowledgement before it lacked any of them.
   * One that comes after that by more than segments overtake each other was sent again.
   */
  take(direction: number, seq: number, end: number, now: number): boolean {
    if (now >= (this.until[direction] ?? 0)) return false;
    const known = this.ofDirection.get(direction);
    const holds = ({ start, end: last, of }: Lacking): boolean =>
      ((seq - last) | 0) < 0 && ((end - start) | 0) > 0 && now - of.at < LATE_NS;
    if (known === undefined || !known.some(holds)) return false;
    const kept: Lacking[] = [];
    const filled = new Set<EarlyAck>();
    for (const one of known) {
      if (!holds(one)) {
        kept.push(one);
        continue;
      }
      filled.add(one.of);
      if (((seq - one.start) | 0) > 0) kept.push({ ...one, end: seq });
      if (((one.end - end) | 0) > 0) kept.push({ ...one, start: end });
    }
    this.keep(direction, known, kept);
    for (const { of } of kept) filled.delete(of);
    this.settled.push(...filled);
    this.isOlder = false;
    return true;
  }

  /** Nothing of the direction is lacking: what was acknowledged is of an older connection. */
  forget(direction: number): void {
    const known = this.ofDirection.get(direction) ?? [];
    this.settled.push(...new Set(known.map(({ of }) => of)));
    this.keep(direction, known, []);
    this.isOlder = true;
  }

  /** Lets go of an acknowledgement of the direction's data. */
  drop(direction: number, row: number): void {
    const known = this.ofDirection.get(direction) ?? [];
    this.keep(
      direction,
      known,
      known.filter(({ of }) => of.row !== row),
    );
  }

  private keep(direction: number, known: readonly Lacking[], kept: Lacking[]): void {
    this.count += kept.length - known.length;
    if (kept.length === 0) this.ofDirection.delete(direction);
    else this.ofDirection.set(direction, kept);
  }

  private clear(): void {
    this.ofDirection.clear();
    this.count = 0;
  }
}

/** What the segments that wait for their acknowledgement do not hold between two numbers. */
function lackingBetween(
  unacked: UnackedLists,
  direction: number,
  from: number,
  to: number,
): readonly (readonly [start: number, end: number])[] {
  const cells: number[] = [];
  for (let cell = unacked.first(direction); cell >= 0; cell = unacked.after(cell))
    if (((unacked.endOf(cell) - from) | 0) > 0 && ((unacked.seqOf(cell) - to) | 0) < 0) cells.push(cell);
  cells.sort((a, b) => (unacked.seqOf(a) - unacked.seqOf(b)) | 0);
  const lacking: (readonly [number, number])[] = [];
  let at = from;
  for (const cell of cells) {
    const seq = unacked.seqOf(cell);
    if (((seq - at) | 0) > 0) lacking.push([at, seq]);
    if (((unacked.endOf(cell) - at) | 0) > 0) at = unacked.endOf(cell);
  }
  if (((to - at) | 0) > 0) lacking.push([at, to]);
  return lacking;
}
