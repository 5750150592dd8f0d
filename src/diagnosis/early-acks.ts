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
  /** Whether there are any: asked of every segment. */
  hasSettled = false;
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
  note(direction: number, from: number, ack: number, of: EarlyAck, unacked: UnackedLists): void {
    if (this.count > MOST) this.clear();
    this.until[direction] = of.at + LATE_NS;
    let lacking = this.ofDirection.get(direction);
    if (lacking === undefined) {
      lacking = [];
      this.ofDirection.set(direction, lacking);
    }
    const before = lacking.length;
    addLacking(lacking, unacked, direction, from, ack, of);
    dropOld(lacking, of.at);
    this.count += lacking.length - before;
    if (lacking.length === 0) this.ofDirection.delete(direction);
  }

  /**
   * A segment of the direction holds these bytes, at `now` ns: whether an acknowledgement before it lacked any of them.
   * One that comes after that by more than segments overtake each other was sent again.
   */
  take(direction: number, seq: number, end: number, now: number): boolean {
    if (now >= (this.until[direction] ?? 0)) return false;
    const known = this.ofDirection.get(direction);
    if (known === undefined || !holdsAny(known, seq, end, now)) return false;
    const kept: Lacking[] = [];
    const filled = new Set<EarlyAck>();
    for (const one of known) {
      if (!holds(one, seq, end, now)) {
        kept.push(one);
        continue;
      }
      filled.add(one.of);
      if (((seq - one.start) | 0) > 0) kept.push({ start: one.start, end: seq, of: one.of });
      if (((one.end - end) | 0) > 0) kept.push({ start: end, end: one.end, of: one.of });
    }
    this.keep(direction, known, kept);
    for (const { of } of kept) filled.delete(of);
    this.settle(filled, false);
    return true;
  }

  /** Nothing of the direction is lacking: what was acknowledged is of an older connection. */
  forget(direction: number): void {
    const known = this.ofDirection.get(direction) ?? [];
    this.settle(new Set(known.map(({ of }) => of)), true);
    this.keep(direction, known, []);
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

  /** What had settled has been taken in. */
  clearSettled(): void {
    this.settled.length = 0;
    this.hasSettled = false;
  }

  private settle(acks: ReadonlySet<EarlyAck>, isOlder: boolean): void {
    for (const one of acks) this.settled.push(one);
    this.hasSettled = this.settled.length > 0;
    this.isOlder = isOlder;
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

function holds({ start, end: last, of }: Lacking, seq: number, end: number, now: number): boolean {
  return ((seq - last) | 0) < 0 && ((end - start) | 0) > 0 && now - of.at < LATE_NS;
}

function holdsAny(lacking: readonly Lacking[], seq: number, end: number, now: number): boolean {
  for (const one of lacking) if (holds(one, seq, end, now)) return true;
  return false;
}

/** Of those that it is too late for at `now` ns a few stay, and none in part: it would seem to lack less. */
function dropOld(lacking: Lacking[], now: number): void {
  let old = 0;
  while (old < lacking.length && now - (lacking[old]?.of.at ?? 0) >= LATE_NS) old++;
  const away = Math.max(0, old - MOST_OLD, lacking.length - MOST_OF_DIRECTION);
  if (away === 0) return;
  const cut = lacking[away - 1]?.of;
  let kept = 0;
  for (let at = away; at < lacking.length; at++) {
    const one = lacking[at];
    if (one !== undefined && one.of !== cut) lacking[kept++] = one;
  }
  lacking.length = kept;
}

/** Adds what the segments that wait for their acknowledgement do not hold between two numbers. */
function addLacking(
  lacking: Lacking[],
  unacked: UnackedLists,
  direction: number,
  from: number,
  to: number,
  of: EarlyAck,
): void {
  let at = from;
  for (const cell of cellsBetween(unacked, direction, from, to)) {
    const seq = unacked.seqOf(cell);
    if (((seq - at) | 0) > 0) lacking.push({ start: at, end: seq, of });
    if (((unacked.endOf(cell) - at) | 0) > 0) at = unacked.endOf(cell);
  }
  if (((to - at) | 0) > 0) lacking.push({ start: at, end: to, of });
}

function cellsBetween(unacked: UnackedLists, direction: number, from: number, to: number): readonly number[] {
  const cells: number[] = [];
  for (let cell = unacked.first(direction); cell >= 0; cell = unacked.after(cell))
    if (((unacked.endOf(cell) - from) | 0) > 0 && ((unacked.seqOf(cell) - to) | 0) < 0) cells.push(cell);
  return unacked.isMixed(direction) ? cells.sort((a, b) => (unacked.seqOf(a) - unacked.seqOf(b)) | 0) : cells;
}
