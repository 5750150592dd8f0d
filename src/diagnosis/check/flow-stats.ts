import { ACK, type Columns, FIN, RST, SYN } from '../../../capture/columns.ts';
import { FLAG, READING } from '../flags.ts';
import type { SegmentObserver, StrictAnalysis } from '../strict-flags.ts';
import { grown } from '../unacked.ts';
import { Evidence } from './evidence.ts';

/** Cells of a conversation; those of both directions come as two, A's first. Times in ns, 0: never. */
export const FLOW = {
  first: 0,
  last: 1,
  syn: 2,
  synAck: 3,
  done: 4,
  idle: 5,
  rttSum: 6,
  rttCount: 7,
  packets: 8,
  bytes: 10,
  dataAt: 12,
  dataLen: 14,
  dataSegments: 16,
  smallSegments: 18,
  /** When a delayed acknowledgement came that the sender may have waited for. */
  ackedLate: 20,
  zeroSince: 22,
  // What most segments don't touch comes behind.
  /** Times, then bytes, sent again. */
  again: 24,
  againBytes: 26,
  timeouts: 28,
  fast: 30,
  spurious: 32,
  /** Time that senders waited before they sent again. */
  waited: 34,
  waitedUntil: 36,
  zeroTotal: 38,
  zeroCount: 40,
  nagle: 42,
  nagleWaited: 44,
  unseen: 46,
  overtaken: 48,
  twice: 50,
  probes: 52,
  keepAlives: 54,
  /** Who closed with FIN, and who reset first: 0 nobody, 1 A, 2 B. */
  fin: 56,
  rst: 57,
  syns: 58,
  size: 64,
} as const;

export const KIND = {
  refused: 0,
  reset: 1,
  unanswered: 2,
  timeout: 3,
  fast: 4,
  spurious: 5,
  zeroWindow: 6,
  nagle: 7,
  missing: 8,
  overtaken: 9,
  twice: 10,
  probe: 11,
  keepAlive: 12,
  error: 13,
  small: 14,
} as const;

const MS = 1e6;
/** A delayed acknowledgement: Linux waits 40 to 200 ms, others up to 200 (RFC 9293 §3.8.6.3: under 500). */
const DELAYED_ACK_MIN = 35 * MS;
const DELAYED_ACK_MAX = 500 * MS;
/** How soon a sender goes on that only waited for the acknowledgement. */
const AT_ONCE = 3 * MS;
/** RFC 6298 wants 1 s at least, Linux waits 200 ms; a retransmission after less was not made by the timer. */
const TIMEOUT_MIN = 150 * MS;
const SMALL = 128;

/** What is worth knowing of every TCP conversation, gathered segment by segment in one array. */
export class FlowStats implements SegmentObserver {
  cells = new Float64Array(64 * FLOW.size);
  readonly evidence = new Evidence();
  readonly flagCounts = new Float64Array(32);
  private flow = 0;
  private direction = 0;

  reserve(flows: number): void {
    const wanted = flows * FLOW.size;
    if (wanted > this.cells.length) this.cells = grown(this.cells, Math.max(wanted, this.cells.length * 2));
  }

  segment(columns: Columns, row: number, rowBase: number, found: number, analysis: StrictAnalysis): void {
    const { cells } = this;
    const flow = columns.flow[row] ?? 0;
    const direction = columns.direction[row] ?? 0;
    const at = flow * FLOW.size;
    const { now, rtt } = analysis;
    const len = columns.payloadLen[row] ?? 0;
    const flags = columns.flags[row] ?? 0;
    this.flow = flow;
    this.direction = direction;
    const last = cells[at + FLOW.last] ?? 0;
    if (last === 0) cells[at + FLOW.first] = now;
    else if (now - last > (cells[at + FLOW.idle] ?? 0)) cells[at + FLOW.idle] = now - last;
    if (now > last) cells[at + FLOW.last] = now;
    const packets = at + FLOW.packets + direction;
    cells[packets] = (cells[packets] ?? 0) + 1;
    if (rtt > 0) {
      cells[at + FLOW.rttSum] = (cells[at + FLOW.rttSum] ?? 0) + rtt;
      cells[at + FLOW.rttCount] = (cells[at + FLOW.rttCount] ?? 0) + 1;
    }
    if (cells[at + FLOW.done] === 0 && cells[at + FLOW.synAck] !== 0 && (flags & (SYN | ACK)) === ACK)
      cells[at + FLOW.done] = now;
    if (found !== 0) this.flagged(found, row + rowBase, now, len, analysis);
    if ((flags & (SYN | FIN | RST)) !== 0) this.control(flags, row + rowBase, now);
    else if (cells[at + FLOW.zeroSince + direction] !== 0 && columns.window[row] !== 0) this.opened(now);
    if (len > 0) this.data(at + direction, len, now, found, row + rowBase);
    else if ((flags & (SYN | FIN | RST)) === 0) this.pureAck(at + 1 - direction, now);
  }

  private add(cell: number, amount: number): void {
    const at = this.flow * FLOW.size + cell;
    this.cells[at] = (this.cells[at] ?? 0) + amount;
  }

  private data(mine: number, len: number, now: number, found: number, row: number): void {
    const { cells } = this;
    if ((found & FLAG.retransmission) === 0) cells[mine + FLOW.bytes] = (cells[mine + FLOW.bytes] ?? 0) + len;
    cells[mine + FLOW.dataSegments] = (cells[mine + FLOW.dataSegments] ?? 0) + 1;
    if (len < SMALL) cells[mine + FLOW.smallSegments] = (cells[mine + FLOW.smallSegments] ?? 0) + 1;
    const late = cells[mine + FLOW.ackedLate] ?? 0;
    if (late !== 0) {
      if (now - late <= AT_ONCE && found === 0) {
        this.add(FLOW.nagle + this.direction, 1);
        this.add(FLOW.nagleWaited + this.direction, late - (cells[mine + FLOW.dataAt] ?? 0));
        this.evidence.add(this.flow, KIND.nagle, row);
      }
      cells[mine + FLOW.ackedLate] = 0;
    }
    cells[mine + FLOW.dataAt] = now;
    cells[mine + FLOW.dataLen] = len;
  }

  /** An acknowledgement without data; a late one for a small segment may be what a sender with Nagle's rule waits for. */
  private pureAck(theirs: number, now: number): void {
    const { cells } = this;
    const sent = cells[theirs + FLOW.dataAt] ?? 0;
    if (sent === 0) return;
    const at = this.flow * FLOW.size;
    const syn = cells[at + FLOW.syn] ?? 0;
    const setup = syn === 0 ? 0 : (cells[at + FLOW.done] ?? 0) - syn;
    const waited = now - sent;
    const isLate = waited >= DELAYED_ACK_MIN + Math.max(setup, 0) && waited <= DELAYED_ACK_MAX;
    cells[theirs + FLOW.ackedLate] = isLate && (cells[theirs + FLOW.dataLen] ?? 0) < 1000 ? now : 0;
  }

  private control(flags: number, row: number, now: number): void {
    const { cells, direction } = this;
    const at = this.flow * FLOW.size;
    if ((flags & RST) !== 0) {
      if (cells[at + FLOW.rst] !== 0) return;
      cells[at + FLOW.rst] = direction + 1;
      this.evidence.add(this.flow, KIND.reset, row);
    } else if ((flags & SYN) !== 0 && (flags & ACK) === 0) {
      if (cells[at + FLOW.syn] === 0) cells[at + FLOW.syn] = now;
      cells[at + FLOW.syns] = (cells[at + FLOW.syns] ?? 0) + 1;
      this.evidence.add(this.flow, KIND.unanswered, row);
    } else if ((flags & SYN) !== 0) {
      if (cells[at + FLOW.synAck] === 0) cells[at + FLOW.synAck] = now;
    } else if (cells[at + FLOW.fin] === 0) cells[at + FLOW.fin] = direction + 1;
    if ((flags & (FIN | RST)) !== 0 && cells[at + FLOW.zeroSince + direction] !== 0) this.opened(now);
  }

  private opened(now: number): void {
    const since = this.flow * FLOW.size + FLOW.zeroSince + this.direction;
    this.add(FLOW.zeroTotal + this.direction, now - (this.cells[since] ?? 0));
    this.cells[since] = 0;
  }

  private flagged(found: number, row: number, now: number, len: number, analysis: StrictAnalysis): void {
    const { cells, direction, flow } = this;
    for (let rest = found; rest !== 0; rest &= rest - 1) {
      const bit = 31 - Math.clz32(rest & -rest);
      this.flagCounts[bit] = (this.flagCounts[bit] ?? 0) + 1;
    }
    if ((found & (FLAG.retransmission | READING.sentAgain | READING.capturedTwice)) !== 0)
      this.again(found, row, now, len, analysis);
    else if ((found & FLAG.outOfOrder) !== 0) this.note(FLOW.overtaken, KIND.overtaken, row);
    if ((found & FLAG.zeroWindow) !== 0) {
      const since = flow * FLOW.size + FLOW.zeroSince + direction;
      if (cells[since] === 0) {
        cells[since] = now;
        this.note(FLOW.zeroCount, KIND.zeroWindow, row);
      }
    }
    if ((found & READING.unseenData) !== 0) this.note(FLOW.unseen, KIND.missing, row);
    if ((found & (READING.persistProbe | FLAG.zeroWindowProbe)) !== 0)
      this.note(FLOW.probes, KIND.probe, row);
    else if ((found & FLAG.keepAlive) !== 0) this.note(FLOW.keepAlives, KIND.keepAlive, row);
  }

  private note(cell: number, kind: number, row: number): void {
    this.add(cell + this.direction, 1);
    this.evidence.add(this.flow, kind, row);
  }

  private again(found: number, row: number, now: number, len: number, analysis: StrictAnalysis): void {
    const { cells, direction } = this;
    if ((found & READING.capturedTwice) !== 0) {
      this.note(FLOW.twice, KIND.twice, row);
      return;
    }
    this.add(FLOW.again + direction, 1);
    this.add(FLOW.againBytes + direction, len);
    const { waited } = analysis;
    if ((found & FLAG.spuriousRetransmission) !== 0) this.note(FLOW.spurious, KIND.spurious, row);
    else if ((found & FLAG.fastRetransmission) !== 0) this.note(FLOW.fast, KIND.fast, row);
    else if (waited >= TIMEOUT_MIN) this.note(FLOW.timeouts, KIND.timeout, row);
    else this.evidence.add(this.flow, KIND.fast, row);
    if ((found & FLAG.spuriousRetransmission) !== 0 || waited <= 0) return;
    // Several segments may wait for the same loss: time is counted once.
    const until = this.flow * FLOW.size + FLOW.waitedUntil + direction;
    this.add(FLOW.waited + direction, now - Math.max(now - waited, cells[until] ?? 0));
    cells[until] = now;
  }
}
