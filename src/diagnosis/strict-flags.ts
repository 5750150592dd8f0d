import type { Capture } from '../../capture/capture.ts';
import { ACK, type Columns, FIN, PROTOCOL, PSH, RST, SYN } from '../../capture/columns.ts';
import { PROBLEM } from '../../capture/decode/problems.ts';
import { deepCopy } from './deep-copy.ts';
import { FLAG, READING, STRICT } from './flags.ts';
import { NO_DOUBT, type SecondCaptures } from './second-captures.ts';
import { STATE, TIME, UNKNOWN_SCALE, UNUSED_SCALE } from './strict-conditions.ts';
import { StrictUsual, USUAL_MOST } from './strict-usual.ts';
import type { StrictValues } from './strict-values.ts';
import { PATH_NS, TWICE_NS } from './time-limits.ts';
import { grown } from './unacked.ts';

/** Who is told of every segment as soon as its flags are known. */
export interface SegmentObserver {
  /** There are this many flows now. */
  reserve(flows: number): void;
  segment(columns: Columns, row: number, rowBase: number, found: number, analysis: StrictAnalysis): void;
  /** Rows `from` … `to` are usual segments; `analysis.usual` has what is known of them, from the first on. */
  segments(columns: Columns, from: number, to: number, rowBase: number, analysis: StrictAnalysis): void;
  /** Where second captures of packets are left out: one of them, which nothing else is told of. */
  copied?(columns: Columns, row: number): void;
  /** Who is told of all segments, of second captures too, from the first of these on. */
  strictly?(): SegmentObserver;
}

const NS = 1e9;
/** 2⁵² ns: a double holds the differences of two such times exactly. */
const FAR_SEC = 4_503_599;

/** Found by trying tshark: so many bytes are not shown. */
const MOST_IN_FLIGHT = 2e9;

type Flows = Pick<Capture['flows'], 'length' | 'reusesPorts' | 'firstRowOf'>;
/**
 * The fifteen tcp.analysis.* conditions as Wireshark 4.0 has them, in one pass in file order; flags come as one number a
 * row, bits of FLAG. Columns may come piece by piece: `rowBase` is the number of the first.
 */
export class StrictAnalysis extends StrictUsual {
  private readonly flows: Flows;
  private observer: SegmentObserver | null;
  /** The latest reset ended an older connection. */
  isOlder = false;
  private option = 0;
  /** Some row was further away than numbers of ns are exact: each flow then counts from a second of its own. */
  private isFar = false;
  private readonly origins = new Map<number, number>();
  /** The analysis of all segments, once a second capture of a packet has been left out. */
  private strict: StrictAnalysis | null = null;

  /** Where `seconds` is given, second captures of packets are left out, as if the capture did not hold them. */
  constructor(
    flows: Flows,
    values: StrictValues | null = null,
    observer: SegmentObserver | null = null,
    seconds: SecondCaptures | null = null,
  ) {
    super(values, seconds);
    this.flows = flows;
    this.observer = observer;
  }

  /** Analyses rows `from` … `length` of the columns, which are rows `rowBase` + `from` … of the capture. */
  run(columns: Columns, rowBase = 0, from = 0, length = columns.length): Uint32Array {
    const { protocol, flow, transportAt, problem } = columns;
    if (this.flags.length < length) {
      const flags = new Uint32Array(Math.max(columns.length, from * 2, 1024));
      flags.set(this.flags.subarray(0, from));
      this.flags = flags;
    } else this.flags.fill(0, from, length);
    // Only other columns begin with row 0: what is run in steps goes on among the options.
    if (from === 0) this.option = 0;
    this.reserve();
    const { observer, flags } = this;
    observer?.reserve(this.flows.length);
    let strictFrom = this.strict === null ? length : from;
    // What is told of segments counts from one second, so that of those nobody may be told.
    this.isFar ||= observer === null && reachesFar(columns, this.originSec, from, length);
    const strands = this.values === null && !this.isFar ? this.strandsOf(columns, from, length) : null;
    for (let row = from; row < length; row++) {
      if (strands !== null) row = this.passAllUsual(columns, strands, row, rowBase, length);
      if (row === length) break;
      if (protocol[row] !== PROTOCOL.tcp || (flow[row] ?? -1) < 0) continue;
      if (this.seconds !== null && this.isSecond(columns, row)) {
        if (this.strict === null && observer?.strictly !== undefined) {
          this.strict = this.forAll(observer.strictly());
          strictFrom = row;
        }
        observer?.copied?.(columns, row);
        continue;
      }
      if (transportAt[row] === 0xffff || problem[row] !== 0) {
        if (!this.analysable(columns, row)) {
          this.noteCutFin(columns, row, rowBase);
          continue;
        }
      }
      const isCut = problem[row] === PROBLEM.tcpOptionsTruncated;
      if (isCut) this.values?.silence(true);
      const found = this.examine(columns, row, rowBase);
      // As in Wireshark: what comes later knows of it, but nothing is said of what has not all its options.
      if (isCut) this.values?.silence(false);
      else flags[row] = found;
      if (observer !== null) observer.segment(columns, row, rowBase, found, this);
      if (this.earlyAcks.hasSettled) this.settle(rowBase);
    }
    this.strict?.run(columns, rowBase, strictFrom, length);
    return flags;
  }

  /** An analysis that knows what this one does, and leaves nothing out from here on. */
  private forAll(observer: SegmentObserver): StrictAnalysis {
    const { flows, seconds } = this;
    const strict: StrictAnalysis = deepCopy(this, new Set<unknown>([flows, seconds, this.observer]));
    strict.seconds = null;
    strict.observer = observer;
    return strict;
  }

  /**
   * Whether the segment is a second capture of one before it. Only one that says nothing new can be: its end was sent
   * before, and what it acknowledges was acknowledged.
   */
  private isSecond(columns: Columns, row: number): boolean {
    const { state, times, seconds } = this;
    if (seconds === null) return false;
    if (seconds.isCopied(row)) return true;
    seconds.reach(row);
    if (seconds.reachNs < 0) return false;
    if (columns.fragments.size > 0 && (columns.fragments.get(row)?.offset ?? 0) > 0)
      return seconds.isCopy(row, NO_DOUBT);
    const flow = columns.flow[row] ?? 0;
    const d = flow * 2 + (columns.direction[row] ?? 0);
    const f = d * STATE.size;
    if (state[f + STATE.seen] !== 1) return false;
    const origin = this.origins.get(flow) ?? this.originSec;
    const now = ((columns.sec[row] ?? 0) - origin) * NS + (columns.nsec[row] ?? 0);
    const since = now - (times[d * TIME.size + TIME.last] ?? 0);
    if (since >= PATH_NS) return false;
    const flags = columns.flags[row] ?? 0;
    const len = columns.payloadLen[row] ?? 0;
    const seq = (columns.seq[row] ?? 0) | 0;
    const next = state[f + STATE.next] ?? 0;
    const control = (flags & (SYN | FIN)) === 0 ? 0 : 1;
    const ahead = (seq + len + control - next) | 0;
    // The byte of a zero-window probe does not count.
    if (next !== 0 && ahead > 0 && !(len === 1 && ahead === 1)) return false;
    if ((flags & ACK) !== 0 && (((columns.ack[row] ?? 0) - (state[f + STATE.lastAck] ?? 0)) | 0) > 0)
      return false;
    const isProbe = len <= 1 && seq === ((next - 1) | 0) && (flags & (SYN | FIN | RST)) === 0;
    const doubtful = { isProbe, rtt: times[flow * 2 * TIME.size + TIME.iRtt] ?? 0 };
    if (since < TWICE_NS && seconds.isCopy(row, doubtful)) return true;
    return seconds.isFarCopy(row, next !== 0 && ahead <= 0 && len + control > 0 && !isProbe);
  }

  /** What acknowledgements lacked stands behind them: their flags say so, should they still be held. */
  private settle(rowBase: number): void {
    const { flags } = this;
    for (const { row, isFlagged } of this.earlyAcks.settled) {
      const found = flags[row - rowBase];
      if (found === undefined) continue;
      const reading = this.earlyAcks.isOlder ? READING.ackOlder : READING.ackAhead;
      flags[row - rowBase] = (found & ~READING.unseenData) | (isFlagged ? reading : 0);
    }
    this.earlyAcks.clearSettled();
  }

  /**
   * Whether the reset at hand ends an older connection that the other side still held: whoever sent nothing but a SYN gets
   * another number acknowledged than that of the SYN, and resets with it (RFC 9293 §3.5.1, §3.10.7.3).
   */
  private findOlder(flow: number, flags: number): void {
    const { state, times, f, r, seq } = this;
    const next = state[f + STATE.next] ?? 0;
    const isOnlySyn = next !== 0 && next === (((state[f + STATE.base] ?? 0) + 1) | 0);
    const answers = (flags & (ACK | SYN)) === 0 && seq !== next && seq === state[r + STATE.lastAck];
    const hasSyn = (times[flow * 2 * TIME.size + TIME.syn] ?? 0) !== 0;
    this.isOlder = isOnlySyn && answers && hasSyn;
    if (!this.isOlder) return;
    this.earlyAcks.forget(f / STATE.size);
    this.seenData.forget(f / STATE.size);
  }

  /** A segment whose header is damaged, or cut before its options, is left out, as Wireshark does. */
  private analysable(columns: Columns, row: number): boolean {
    const problem = columns.problem[row];
    return (
      columns.transportAt[row] !== 0xffff &&
      problem !== PROBLEM.tcpDataOffset &&
      problem !== PROBLEM.tcpTruncated
    );
  }

  /** Wireshark knows who closed as soon as the flags are captured. */
  private noteCutFin({ problem, flags, flow, direction }: Columns, row: number, rowBase: number): void {
    if (problem[row] !== PROBLEM.tcpTruncated || ((flags[row] ?? 0) & FIN) === 0) return;
    this.values?.fin((flow[row] ?? 0) * 2 + (direction[row] ?? 0), row + rowBase);
  }

  private reserve(): void {
    const directions = this.flows.length * 2;
    const before = this.state.length / STATE.size;
    if (directions > before) {
      const after = Math.max(directions, before * 2);
      this.state = grown(this.state, after * STATE.size);
      this.times = grown(this.times, after * TIME.size);
    }
    this.unacked.reserve(directions);
    this.seenData.reserve(directions);
    this.earlyAcks.reserve(directions);
  }

  private passAllUsual(
    columns: Columns,
    strands: Int32Array,
    from: number,
    rowBase: number,
    length: number,
  ): number {
    const { observer } = this;
    if (Number.isNaN(this.originSec)) return from;
    for (let row = from; ; ) {
      const most = Math.min(length, row + USUAL_MOST);
      const to = this.passUsual(columns, strands, row, rowBase, most);
      if (observer !== null && to > row) observer.segments(columns, row, to, rowBase, this);
      if (to < most || to === length) return to;
      row = to;
    }
  }

  private examine(columns: Columns, row: number, rowBase: number): number {
    const { state } = this;
    const flow = columns.flow[row] ?? 0;
    const direction = columns.direction[row] ?? 0;
    const flags = columns.flags[row] ?? 0;
    const sec = columns.sec[row] ?? 0;
    if (Number.isNaN(this.originSec)) this.originSec = sec - 1;
    const origin = this.isFar ? this.originOf(flow, sec) : this.originSec;
    this.now = (sec - origin) * NS + (columns.nsec[row] ?? 0);
    this.row = row + rowBase;
    const f = (flow * 2 + direction) * STATE.size;
    const r = (flow * 2 + 1 - direction) * STATE.size;
    if (state[f + STATE.seen] === 0) this.begin(f);
    if (state[r + STATE.seen] === 0) this.begin(r);
    const len = columns.payloadLen[row] ?? 0;
    const seq = (columns.seq[row] ?? 0) | 0;
    this.f = f;
    this.r = r;
    this.seq = seq;
    this.ack = (columns.ack[row] ?? 0) | 0;
    this.len = len;
    this.end = (seq + len + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) | 0;
    this.window = columns.window[row] ?? 0;
    this.reset = (flags & RST) !== 0;
    this.control = (flags & (SYN | FIN | RST)) !== 0;
    this.pure = len === 0 && !this.control && seq === state[f + STATE.next];
    this.found = 0;
    this.takeBase(flags);
    if ((flags & SYN) !== 0) {
      this.takeScale(columns, row, flags);
      this.syn(flow, flags);
    }
    this.classify();
    if (this.reset) this.findOlder(flow, flags);
    this.afterwards(flags);
    // Found by trying tshark: the segment that tells the initial round trip is not yet measured by it.
    if ((flags & (SYN | ACK)) === ACK) this.firstAck(flow);
    if (this.values !== null) this.noteValues(this.values, columns, row, flags, flow);
    return this.found;
  }

  /** The second that a flow counts from: that of its first segment, when that is far from the first of all. */
  private originOf(flow: number, sec: number): number {
    const known = this.origins.get(flow);
    if (known !== undefined) return known;
    const isNew = this.state[flow * 2 * STATE.size + STATE.seen] === 0;
    const origin = isNew && Math.abs(sec - this.originSec) > FAR_SEC ? sec - 1 : this.originSec;
    this.origins.set(flow, origin);
    return origin;
  }

  private noteValues(values: StrictValues, columns: Columns, row: number, flags: number, flow: number): void {
    const { state, f, r, len } = this;
    const d = f / STATE.size;
    if ((flags & SYN) !== 0) {
      if ((flags & ACK) === 0) values.syn(d, this.row, columns, row);
      else values.synAnswer(d, this.row, (this.ack - (state[r + STATE.base] ?? 0)) >>> 0);
    }
    if ((flags & FIN) !== 0) values.fin(d, this.row);
    if ((flags & ACK) !== 0) values.answered(r / STATE.size);
    if ((this.found & FLAG.lostSegment) !== 0) values.lost(d);
    else if (len > 0 && !values.isLost(d)) {
      // A SYN or FIN counts among the numbers, not among the bytes.
      const controls = (flags & (SYN | FIN)) === 0 ? 0 : 1;
      const inFlight = this.unacked.span(d, state[f + STATE.base] ?? 0) - values.sackedBy(d ^ 1) - controls;
      const pushed = (state[f + STATE.pushed] ?? 0) + len;
      state[f + STATE.pushed] = (flags & PSH) === 0 ? pushed : 0;
      values.set('looked_at', this.row, 1);
      if (inFlight > 0 && inFlight < MOST_IN_FLIGHT) {
        values.set('bytes_in_flight', this.row, inFlight);
        values.set('push_bytes_sent', this.row, pushed);
      }
    }
    if ((flags & ACK) !== 0) values.takeSacks(d, columns, row);
    // It stands beside other values, never alone.
    const iRtt = this.times[flow * 2 * TIME.size + TIME.iRtt] ?? 0;
    if (iRtt !== 0 && ((this.found & STRICT) !== 0 || values.any(this.row)))
      values.set('initial_rtt', this.row, iRtt);
  }

  private begin(d: number): void {
    this.state[d + STATE.seen] = 1;
    this.state[d + STATE.window] = -1;
    this.state[d + STATE.scale] = UNKNOWN_SCALE;
    this.state[d + STATE.nonDup] = -1;
  }

  /** A SYN+ACK that begins elsewhere than what was seen of its direction before is another conversation's. */
  private takeBase(flags: number): void {
    const { state, f, r, seq, ack } = this;
    const isBased = state[f + STATE.based] === 1;
    if ((flags & SYN) !== 0) {
      if (isBased && (flags & ACK) !== 0 && state[f + STATE.base] !== seq) this.found |= FLAG.reusedPorts;
      // Found by trying tshark: the first segment of a direction whose beginning the other side has told.
      if (isBased && (flags & ACK) === 0 && state[f + STATE.next] === 0)
        this.values?.set('looked_at', this.row, 1);
      state[f + STATE.base] = seq;
    } else if (!isBased) state[f + STATE.base] = (seq - 1) | 0;
    state[f + STATE.based] = 1;
    if ((flags & ACK) === 0 || state[r + STATE.based] === 1) return;
    state[r + STATE.base] = (ack - 1) | 0;
    state[r + STATE.based] = 1;
  }

  /** The window scale that a SYN offers. */
  private takeScale(columns: Columns, row: number, flags: number): void {
    const { tcpOptions } = columns;
    const { state, f, r } = this;
    while (this.option < tcpOptions.length && (tcpOptions.rows[this.option] ?? 0) < row) this.option++;
    const here = this.option < tcpOptions.length && tcpOptions.rows[this.option] === row;
    const shift = here ? (tcpOptions.shift[this.option] ?? -1) : -1;
    // RFC 7323 §2.2: scaling is on only when both SYNs offer it. What was once offered is not taken back.
    if (shift >= 0) {
      if ((flags & ACK) === 0 || state[r + STATE.scale] !== UNUSED_SCALE)
        state[f + STATE.scale] = Math.min(shift, 14);
    } else if (
      state[f + STATE.scale] === UNKNOWN_SCALE &&
      columns.problem[row] !== PROBLEM.tcpOptionsTruncated
    ) {
      state[f + STATE.scale] = UNUSED_SCALE;
      state[r + STATE.scale] = UNUSED_SCALE;
    }
  }

  private syn(flow: number, flags: number): void {
    const { state, f } = this;
    if ((flags & ACK) !== 0) return;
    this.times[flow * 2 * TIME.size + TIME.syn] = this.now;
    if (this.flows.firstRowOf(flow) === this.row) {
      if (this.flows.reusesPorts(flow)) this.found |= FLAG.reusedPorts;
      // The same SYN again begins the conversation again: what was sent since is forgotten.
    } else if (state[f + STATE.next] !== 0) state[f + STATE.next] = state[f + STATE.maxAck] ?? 0;
  }

  /** The first acknowledgement without SYN of a conversation whose SYN was seen ends the handshake. */
  private firstAck(flow: number): void {
    const { times } = this;
    const at = flow * 2 * TIME.size;
    if (times[at + TIME.iRtt] === 0 && times[at + TIME.syn] !== 0)
      times[at + TIME.iRtt] = this.now - (times[at + TIME.syn] ?? 0);
  }
}

/** Whether a row is far from the second that is counted from, of the first row when there is none yet. */
function reachesFar({ sec }: Columns, originSec: number, from: number, length: number): boolean {
  const origin = Number.isNaN(originSec) ? (sec[from] ?? 0) : originSec;
  for (let row = from; row < length; row++) if (Math.abs((sec[row] ?? 0) - origin) > FAR_SEC) return true;
  return false;
}
