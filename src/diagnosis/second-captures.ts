import { ACK, type Columns, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { comparePackets, hopsBetween, isElsewhere, sameIdentification } from './compare-packets.ts';
import { LatestRows } from './latest-rows.ts';
import { LookBudget } from './look-budget.ts';
import type { KnownFrame, RecentFrames } from './recent-frames.ts';
import { PATH_NS, TIMEOUT_MIN } from './time-limits.ts';

/** So many rows are looked back through. */
const REACH = 1024;
/** Of a datagram less: every one is looked at, not only those that repeat something. */
const REACH_OF_DATAGRAMS = 128;
/** And where it does not pay to look far. */
const NEAR = 16;
/** Of what looks alike so many are compared: duplicate acknowledgements look like all before them. */
const COMPARED_EACH = 8;
/** No timer is this quick. */
const ALIKE_NS = 1e6;
/** Headers of every kind fit into this, and most datagrams. */
const COMPARED = 512;
const NS = 1e9;
/** Types of ICMP and ICMPv6 that nobody sends twice so soon: echoes, which are numbered, and questions to routers and neighbours (RFC 4861 §10). */
const SINGLE = [8, 0, 128, 129, 133, 135];

/** What a row is: the first capture of a packet that was captured again, or a second capture. */
const MARK = { first: 1, copy: 2 } as const;

/** What is known of a packet that may be a second capture, besides its row. */
export interface Doubtful {
  /** Least time of the whole way and back, in ns; 0 where that is not known. */
  readonly rtt: number;
  /** It repeats a number that was acknowledged long ago, which only a timer of seconds does. */
  readonly isProbe: boolean;
}
export const NO_DOUBT: Doubtful = { rtt: 0, isProbe: false };

/**
 * Tells packets that a capture holds twice: a mirror port, a bridge or the interface `any` shows them at two places. It is
 * asked before anything else is made of a packet that repeats one, so that nothing behind it sees the copy.
 */
export class SecondCaptures {
  private columns: Columns | null = null;
  /** Row of the capture that the first of the rows at hand is. */
  rowBase = 0;
  private marks = new Uint8Array(0);
  /** The rows before those at hand. */
  private readonly before = new LatestRows(REACH);
  /** Directions whose packets have identifications that count them. */
  private readonly counting = new Set<number>();
  /** Routers that packets of a direction pass between two captures, where these are of both ends of a path. */
  private readonly hops = new Map<number, number>();
  private readonly frames: RecentFrames;
  /** Segments are asked about by the analysis of TCP, other packets by whoever counts those, ahead of it: each has its own. */
  private readonly ofSegments = new LookBudget();
  private readonly ofOthers = new LookBudget();
  private budget = this.ofOthers;
  /** Copies that were found. */
  count = 0;
  /** Row of the capture that the latest copy is of. */
  first = -1;

  constructor(frames: RecentFrames) {
    this.frames = frames;
  }

  /** How long before a segment its first capture is looked for, in ns; -1: not at all, where many were compared in vain. */
  get reachNs(): number {
    return this.ofSegments.farthestNs;
  }

  /** The analysis has come to row `row` of the columns; to be told before `reachNs` is asked of it. */
  reach(row: number): void {
    this.ofSegments.reach(this.rowBase + row);
  }

  /** Takes the next rows, which are rows `rowBase` … of the capture; rows that were taken already keep what was found. */
  take(columns: Columns, rowBase: number): void {
    if (this.columns !== columns || this.rowBase !== rowBase) this.marks.fill(0);
    if (this.marks.length < columns.length) {
      const marks = new Uint8Array(Math.max(columns.length, columns.capacity));
      marks.set(this.marks);
      this.marks = marks;
    }
    this.columns = columns;
    this.rowBase = rowBase;
  }

  /** Keeps the latest rows, of whatever pieces, before the columns forget them. */
  keep(): void {
    if (this.columns !== null) this.before.add(this.columns, this.marks);
    this.columns = null;
  }

  /** Whether row `row` of the columns was found to be a second capture. */
  isCopied(row: number): boolean {
    return ((this.marks[row] ?? 0) & MARK.copy) !== 0;
  }

  /**
   * Whether the packet in row `row` of the columns is a second capture of one of the latest before it. The analysis says
   * what is doubtful of a segment.
   */
  isCopy(row: number, segment: Doubtful | null = null): boolean {
    const { columns } = this;
    if (this.isCopied(row)) return true;
    const doubtful = segment ?? NO_DOUBT;
    const budget = segment === null ? this.ofOthers : this.ofSegments;
    this.budget = budget;
    budget.reach(this.rowBase + row);
    const { reachNs } = budget;
    if (columns === null || reachNs < 0 || (columns.flow[row] ?? -1) < 0) return false;
    const { before } = this;
    const flow = columns.flow[row] ?? 0;
    const far = columns.protocol[row] === PROTOCOL.tcp ? REACH : REACH_OF_DATAGRAMS;
    const reach = budget.isFar ? far : NEAR;
    let peerSpoke = false;
    let compared = 0;
    let back = 1;
    for (; back <= reach; back++) {
      const isHeld = back <= row;
      const rows: Columns = isHeld ? columns : before.columns;
      const other = isHeld ? row - back : rows.length + row - back;
      if (other < 0) break;
      if (rows.flow[other] !== flow) continue;
      const since = sinceOf(rows, other, columns, row);
      if (since >= reachNs) break;
      const marks = isHeld ? this.marks : before.marks;
      if (((marks[other] ?? 0) & MARK.copy) !== 0) continue;
      if (rows.direction[other] !== columns.direction[row]) {
        peerSpoke = true;
        continue;
      }
      if (!isAlike(rows, other, columns, row)) continue;
      if (this.isSame(row, row - back, since, peerSpoke, doubtful)) {
        this.found(row, row - back, since);
        return true;
      }
      if (++compared === COMPARED_EACH || budget.reachNs < 0) break;
    }
    budget.lookInVain(back);
    return false;
  }

  /**
   * Whether the segment in row `row` was captured at the other end of its path before: all of it is the same, and routers
   * counted down its time to live, as many as for other packets of its direction. It has to carry an identification of its own,
   * or be a SYN, whose timer is longer (RFC 6298 §2.1), until one packet is known to have come so. With such an
   * identification the network may also have delivered it twice: then no router stands between. `repeats`: it sends again what
   * was sent, by its numbers.
   */
  isFarCopy(row: number, repeats: boolean): boolean {
    const { columns, ofSegments: budget } = this;
    if (columns === null || !budget.mayBePath || !(repeats || budget.knowsPath)) return false;
    this.budget = budget;
    const flow = columns.flow[row] ?? 0;
    const alike: number[] = [];
    const most = budget.delays.alongPath(flow, PATH_NS);
    for (let back = 1; back <= REACH; back++) {
      const [rows, other, marks] = this.at(row - back);
      if (rows === null) break;
      if (rows.flow[other] !== flow || rows.direction[other] !== columns.direction[row]) continue;
      if (sinceOf(rows, other, columns, row) >= most) break;
      if (marks[other] === 0 && isAlike(rows, other, columns, row)) alike.push(row - back);
    }
    // They come in the order in which they were sent.
    for (const first of alike.slice(-COMPARED_EACH).reverse()) {
      const hops = this.hopsSince(row, first);
      if (hops === null) continue;
      budget.lookAlongPath(hops);
      const [rows, other] = this.at(first);
      this.found(row, first, hops === 0 || rows === null ? null : sinceOf(rows, other, columns, row));
      return true;
    }
    budget.lookAlongPath(null);
    return false;
  }

  /** Routers that the packet of row `row` passed since it was captured in row `first`; null where these are two packets. */
  private hopsSince(row: number, first: number): number | null {
    const { columns, hops } = this;
    this.budget.compare();
    const [one, two] = [this.frame(first, row), this.frame(row, row)];
    if (columns === null || one === null || two === null) return null;
    const direction = (columns.flow[row] ?? 0) * 2 + (columns.direction[row] ?? 0);
    const passed = hopsBetween(one, two);
    const verdict = comparePackets(one, two);
    if (passed === 0)
      return verdict === 'same' && this.isSoon(row, first) && this.counts(row, first, one) ? 0 : null;
    if (passed < 0 || passed !== (hops.get(direction) ?? passed) || verdict === 'again') return null;
    const isSyn = ((columns.flags[row] ?? 0) & (SYN | ACK)) === SYN;
    if (verdict === 'alike' && !isSyn && !this.budget.knowsPath) return null;
    hops.set(direction, passed);
    return passed;
  }

  /** Whether hardly a timer is so short. */
  private isSoon(row: number, first: number): boolean {
    const { columns } = this;
    const [rows, other] = this.at(first);
    return columns !== null && rows !== null && sinceOf(rows, other, columns, row) < TIMEOUT_MIN;
  }

  /** The columns that hold a row, its place there, and their marks; rows before those at hand have numbers below 0. */
  private at(row: number): readonly [Columns | null, number, Uint8Array] {
    if (row >= 0) return [this.columns, row, this.marks];
    const { columns, marks } = this.before;
    const place = columns.length + row;
    return [place < 0 ? null : columns, place, marks];
  }

  /** `since`: how late such copies come, where it tells of others. */
  private found(row: number, first: number, since: number | null): void {
    const [, place, marks] = this.at(first);
    marks[place] = (marks[place] ?? 0) | MARK.first;
    this.marks[row] = MARK.copy;
    this.count++;
    this.first = first + this.rowBase;
    this.budget.find();
    if (since !== null) this.budget.delays.note(this.columns?.flow[row] ?? 0, since);
  }

  /** Whether two rows with the same numbers are of one packet. */
  private isSame(row: number, first: number, since: number, peerSpoke: boolean, doubtful: Doubtful): boolean {
    this.budget.compare();
    const [one, two] = [this.frame(first, row), this.frame(row, row)];
    if (one === null || two === null) return false;
    const verdict = comparePackets(one, two);
    if (verdict === 'again') return false;
    if (verdict === 'same' && this.counts(row, first, one)) return true;
    return isElsewhere(one, two) || this.isTooSoon(row, first, since, peerSpoke, doubtful);
  }

  private frame(row: number, now: number): KnownFrame | null {
    return this.frames.packet(row + this.rowBase, now + this.rowBase, COMPARED);
  }

  /** Whether identifications count the packets of this direction: no other packet before it has the same. */
  private counts(row: number, first: number, packet: KnownFrame): boolean {
    const { columns } = this;
    if (columns === null) return false;
    const direction = (columns.flow[row] ?? 0) * 2 + (columns.direction[row] ?? 0);
    if (this.counting.has(direction) || columns.fragments.has(row)) return true;
    for (let back = 1; back <= REACH_OF_DATAGRAMS; back++) {
      const [rows, other] = this.at(first - back);
      if (rows === null) return true;
      if (rows.flow[other] !== columns.flow[row] || rows.direction[other] !== columns.direction[row])
        continue;
      if (isAlike(rows, other, columns, row)) continue;
      const before = this.frame(first - back, row);
      if (before === null) return true;
      if (sameIdentification(before, packet)) return false;
      this.counting.add(direction);
      return true;
    }
    return true;
  }

  /**
   * Whether nobody can have sent again what nothing but its time tells from its copy. A SYN has a timer of a second (RFC
   * 6298 §2.1), a probe one of more, any other timer waits a round trip. What was asked for may follow a copy that was
   * late at once, and acknowledgements, resets, datagrams and errors are repeated by whoever gets several packets, or
   * sends several: of them only the delay of other copies tells, each standing for one.
   */
  private isTooSoon(row: number, first: number, since: number, peerSpoke: boolean, of: Doubtful): boolean {
    const { columns } = this;
    if (columns === null) return false;
    const { protocol, flags, flow, seq, payloadLen } = columns;
    const [, place, marks] = this.at(first);
    const isMatched = ((marks[place] ?? 0) & MARK.first) !== 0;
    const isLate = this.budget.delays.fits(flow[row] ?? 0, since);
    if (protocol[row] !== PROTOCOL.tcp) {
      if (protocol[row] !== PROTOCOL.udp && SINGLE.includes((seq[row] ?? 0) >> 8)) return true;
      return isLate && !isMatched;
    }
    const bits = flags[row] ?? 0;
    if (of.isProbe || (bits & (SYN | ACK)) === SYN) return true;
    const isCounted = (payloadLen[row] ?? 0) > 0 || (bits & (SYN | FIN)) !== 0;
    if ((bits & RST) !== 0 || !isCounted) {
      if (isMatched) return false;
      return isLate || ((bits & RST) !== 0 && !peerSpoke && this.asked(row, first) === 1);
    }
    if (isLate && !isMatched) return true;
    return !peerSpoke && ((bits & SYN) !== 0 || since < Math.max(ALIKE_NS, of.rtt));
  }

  /** How many packets of the other side, up to 2, stand before a row. */
  private asked(row: number, first: number): number {
    const { columns } = this;
    let count = 0;
    for (let back = 1; back <= REACH_OF_DATAGRAMS && count < 2; back++) {
      const [rows, other, marks] = this.at(first - back);
      if (rows === null) break;
      if (rows.flow[other] !== columns?.flow[row] || rows.direction[other] === columns?.direction[row])
        continue;
      if (((marks[other] ?? 0) & MARK.copy) === 0) count++;
    }
    return count;
  }
}

/** Whether nothing that the columns hold tells two packets of one flow and direction apart. */
function isAlike(one: Columns, first: number, two: Columns, second: number): boolean {
  if (two.fragments.size > 0 && two.fragments.has(second)) {
    const [part, again] = [one.fragments.get(first), two.fragments.get(second)];
    // The one that completed its datagram has its numbers, its copy has none.
    if (part !== undefined) return part.id === again?.id && part.offset === again.offset;
  }
  return (
    one.seq[first] === two.seq[second] &&
    one.payloadLen[first] === two.payloadLen[second] &&
    one.ack[first] === two.ack[second] &&
    one.flags[first] === two.flags[second] &&
    one.window[first] === two.window[second] &&
    one.protocol[first] === two.protocol[second]
  );
}

/** ns between two rows. */
function sinceOf(one: Columns, first: number, two: Columns, second: number): number {
  const seconds = (two.sec[second] ?? 0) - (one.sec[first] ?? 0);
  return seconds * NS + (two.nsec[second] ?? 0) - (one.nsec[first] ?? 0);
}
