import type { Capture } from '../../capture/capture.ts';
import { ACK, type Columns, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { FLAG, READING } from './flags.ts';
import type { StrictValues } from './strict-values.ts';
import { grown, UnackedLists } from './unacked.ts';

/**
 * State of one direction: 16 numbers in a row of one array, so that a packet touches two cache lines. Sequence numbers
 * are kept as signed 32-bit; 0 stands for "not known", as in the tool that these flags are compared with.
 */
export const STATE = {
  /** Highest end that was seen; SYN and FIN count 1. */
  next: 0,
  /** Highest end up to which nothing is missing. */
  maxAck: 1,
  lastAck: 2,
  /** Last window as it stands in the header; -1: none yet. */
  window: 3,
  lastFlags: 4,
  /** -1 unknown, -2 known not to be used, else the shift. */
  scale: 5,
  /** 1 when an acknowledgement without SYN has been sent. */
  acked: 6,
  /** Row of the acknowledgement that later ones repeat, and how often. */
  nonDup: 7,
  dup: 8,
  /** 1 when a segment of the conversation was seen. */
  seen: 9,
  /** 1 when acknowledgements beyond `next` are let pass: after one was noted, and after a duplicate acknowledgement. */
  passes: 10,
  /** Number that the direction begins with, and whether it is known. */
  base: 11,
  based: 12,
  size: 16,
} as const;
const TIME = { last: 0, next: 1, syn: 2, iRtt: 3, size: 4 } as const;

const PROBES = FLAG.zeroWindowProbe;
const UNKNOWN_SCALE = -1;
const UNUSED_SCALE = -2;
const FAST_NS = 20e6;
const OUT_OF_ORDER_NS = 3e6;
/** No stack sends again this soon; a mirror port or an interface of two names shows a packet twice within it. */
const TWICE_NS = 200e3;

/** Who is told of every segment as soon as its flags are known. */
export interface SegmentObserver {
  /** There are this many flows now. */
  reserve(flows: number): void;
  segment(columns: Columns, row: number, rowBase: number, found: number, analysis: StrictAnalysis): void;
}

type Flows = Pick<Capture['flows'], 'length' | 'reusesPorts' | 'firstRowOf'>;

/**
 * The fifteen tcp.analysis.* conditions as Wireshark 4.0 has them, in one pass in file order; flags come as one number a
 * row, bits of FLAG. Columns may come piece by piece: `rowBase` is the number of the first.
 */
export class StrictAnalysis {
  /** Bits of FLAG of every row of the latest `run`. */
  flags = new Uint32Array(0);
  state = new Int32Array(64 * STATE.size);
  readonly unacked = new UnackedLists();
  private times = new Float64Array(64 * TIME.size);
  private readonly flows: Flows;
  private readonly values: StrictValues | null;
  private readonly observer: SegmentObserver | null;
  /** Second that `now` counts from; NaN before the first segment. */
  originSec = Number.NaN;
  private option = 0;
  // The segment at hand.
  private f = 0;
  private r = 0;
  private seq = 0;
  private ack = 0;
  private len = 0;
  private end = 0;
  private window = 0;
  private control = false;
  private reset = false;
  private pure = false;
  /** Time of the segment at hand in ns, since a second before the first. */
  now = 0;
  /** Of the segment at hand: ns since what it acknowledges was sent; 0 when that is not known. */
  rtt = 0;
  private row = 0;
  private found = 0;
  /** Of the retransmission that was found last: ns since its bytes were captured first; 0 when they were not. */
  waited = 0;

  constructor(flows: Flows, values: StrictValues | null = null, observer: SegmentObserver | null = null) {
    this.flows = flows;
    this.values = values;
    this.observer = observer;
  }

  /** Analyses rows 0 … length of the columns, which are rows `rowBase` … of the capture. */
  run(columns: Columns, rowBase = 0): Uint32Array {
    const { length, protocol, flow, transportAt, problem } = columns;
    if (this.flags.length < length) this.flags = new Uint32Array(Math.max(length, 1024));
    else this.flags.fill(0, 0, length);
    this.option = 0;
    this.reserve();
    const { observer } = this;
    observer?.reserve(this.flows.length);
    for (let row = 0; row < length; row++) {
      if (protocol[row] !== PROTOCOL.tcp || (flow[row] ?? -1) < 0) continue;
      if (transportAt[row] === 0xffff || problem[row] !== 0) {
        if (!this.analysable(columns, row)) continue;
      }
      const found = this.segment(columns, row, rowBase);
      this.flags[row] = found;
      if (observer !== null) observer.segment(columns, row, rowBase, found, this);
    }
    return this.flags;
  }

  /** A segment whose header is damaged or cut is left out, as Wireshark does. */
  private analysable(columns: Columns, row: number): boolean {
    return columns.transportAt[row] !== 0xffff && columns.problem[row] !== 12 && columns.problem[row] !== 11;
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
  }

  private segment(columns: Columns, row: number, rowBase: number): number {
    const flow = columns.flow[row] ?? 0;
    const direction = columns.direction[row] ?? 0;
    const flags = columns.flags[row] ?? 0;
    const sec = columns.sec[row] ?? 0;
    if (Number.isNaN(this.originSec)) this.originSec = sec - 1;
    const now = (sec - this.originSec) * 1e9 + (columns.nsec[row] ?? 0);
    this.now = now;
    this.row = row + rowBase;
    if ((flags & (SYN | FIN | RST | ACK)) === ACK && this.isUsual(columns, row, flow, direction, now)) return 0;
    return this.examine(columns, row, flow, direction, flags);
  }

  /**
   * The short way for what nearly all segments are: the next data, or an acknowledgement of more data, of a conversation
   * that is known. Does all that `examine` would do with it, which would find nothing; false leaves everything to that.
   */
  private isUsual(columns: Columns, row: number, flow: number, direction: number, now: number): boolean {
    const { state, times } = this;
    const d = flow * 2 + direction;
    const f = d * STATE.size;
    const r = (d ^ 1) * STATE.size;
    const seq = (columns.seq[row] ?? 0) | 0;
    const ack = (columns.ack[row] ?? 0) | 0;
    const len = columns.payloadLen[row] ?? 0;
    const window = columns.window[row] ?? 0;
    const peerMaxAck = state[r + STATE.maxAck] ?? 0;
    if (seq !== state[f + STATE.next] || seq === 0 || window === 0) return false;
    if (peerMaxAck === 0 || ((ack - peerMaxAck) | 0) > 0) return false;
    const handshake = (d & ~1) * TIME.size;
    if (times[handshake + TIME.iRtt] === 0 && times[handshake + TIME.syn] !== 0) return false;
    const isNewAck = ack !== state[f + STATE.lastAck];
    if (len > 0) {
      const end = (seq + len) | 0;
      const peerAck = state[r + STATE.lastAck] ?? 0;
      const peerWindow = state[r + STATE.window] ?? 0;
      if (state[f + STATE.maxAck] !== seq || peerWindow <= 0 || (peerAck !== 0 && ((end - peerAck) | 0) <= 0))
        return false;
      const scale = state[r + STATE.scale] ?? UNKNOWN_SCALE;
      const shift = scale < 0 || state[r + STATE.acked] === 0 ? 0 : scale;
      if (scale !== UNKNOWN_SCALE && end === ((peerAck + (peerWindow << shift)) | 0)) return false;
      this.unacked.append(d, seq, end, now, this.row);
      state[f + STATE.next] = end;
      state[f + STATE.maxAck] = end;
      times[d * TIME.size + TIME.next] = now;
    } else if (!isNewAck || state[f + STATE.maxAck] === 0) return false;
    if (isNewAck) {
      state[f + STATE.nonDup] = this.row;
      state[f + STATE.dup] = 0;
      state[f + STATE.lastAck] = ack;
    }
    state[f + STATE.window] = window;
    state[f + STATE.lastFlags] = 0;
    state[f + STATE.acked] = 1;
    times[d * TIME.size + TIME.last] = now;
    this.acknowledge(d ^ 1, ack, now);
    return true;
  }

  private acknowledge(direction: number, ack: number, now: number): void {
    this.rtt = 0;
    const cell = this.unacked.acknowledge(direction, ack);
    if (cell < 0) return;
    this.rtt = now - (this.unacked.time[cell] ?? 0);
    this.values?.acks(this.row, this.unacked.row[cell] ?? 0, this.rtt);
  }

  private examine(columns: Columns, row: number, flow: number, direction: number, flags: number): number {
    const { state } = this;
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
    } else if ((flags & ACK) !== 0) this.firstAck(flow);
    this.classify();
    this.afterwards(flags);
    return this.found;
  }

  private begin(d: number): void {
    this.state[d + STATE.seen] = 1;
    this.state[d + STATE.window] = -1;
    this.state[d + STATE.scale] = UNKNOWN_SCALE;
  }

  /** A SYN+ACK that begins elsewhere than what was seen of its direction before is another conversation's. */
  private takeBase(flags: number): void {
    const { state, f, r, seq, ack } = this;
    const isBased = state[f + STATE.based] === 1;
    if ((flags & SYN) !== 0) {
      if (isBased && (flags & ACK) !== 0 && state[f + STATE.base] !== seq) this.found |= FLAG.reusedPorts;
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
    state[f + STATE.scale] = shift < 0 ? UNUSED_SCALE : Math.min(shift, 14);
    // RFC 7323 §2.2: scaling is on only when both SYNs offer it.
    if ((flags & ACK) !== 0 && shift < 0) state[r + STATE.scale] = UNUSED_SCALE;
    if ((flags & ACK) !== 0 && state[r + STATE.scale] === UNUSED_SCALE) state[f + STATE.scale] = UNUSED_SCALE;
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

  /** Conditions that need no look at acknowledged data; the first that says so ends the search. */
  private classify(): void {
    const { state, f, r, len, seq, window } = this;
    const next = state[f + STATE.next] ?? 0;
    if (len === 1 && seq === next && state[r + STATE.window] === 0) {
      this.found |= FLAG.zeroWindowProbe;
      return;
    }
    if (window === 0 && !this.control) this.found |= FLAG.zeroWindow;
    if (next !== 0) {
      const ahead = (seq - next) | 0;
      if (ahead > 0) {
        if (!this.reset) this.found |= FLAG.lostSegment;
      } else if (ahead === -1 && len <= 1 && !this.control) {
        this.found |= FLAG.keepAlive;
        if (state[r + STATE.window] === 0) this.found |= READING.persistProbe;
      }
    }
    if (len > 0) {
      if (!this.control && this.fillsWindow()) this.found |= FLAG.windowFull;
    } else if (this.pure) this.classifyPure();
  }

  private fillsWindow(): boolean {
    const { state, r } = this;
    const scale = state[r + STATE.scale] ?? UNKNOWN_SCALE;
    if (scale === UNKNOWN_SCALE || state[r + STATE.window] === -1) return false;
    const shift = scale === UNUSED_SCALE || state[r + STATE.acked] === 0 ? 0 : scale;
    return this.end === (((state[r + STATE.lastAck] ?? 0) + (state[r + STATE.window] ?? 0) * 2 ** shift) | 0);
  }

  /** A segment of nothing but an acknowledgement and a window. */
  private classifyPure(): void {
    const { state, f, r, ack, window } = this;
    const sameAck = ack === state[f + STATE.lastAck];
    const sameWindow = window === state[f + STATE.window];
    const peerFlags = state[r + STATE.lastFlags] ?? 0;
    if (window === 0) {
      if (sameWindow && sameAck && (peerFlags & PROBES) !== 0) this.found |= FLAG.zeroWindowProbeAck;
      return;
    }
    if (!sameAck) return;
    if (!sameWindow) this.found |= FLAG.windowUpdate;
    else if ((peerFlags & FLAG.keepAlive) !== 0) this.found |= FLAG.keepAliveAck;
    else this.duplicate();
  }

  private duplicate(): void {
    const { state, f } = this;
    state[f + STATE.dup] = (state[f + STATE.dup] ?? 0) + 1;
    state[f + STATE.passes] = 1;
    this.found |= FLAG.duplicateAck;
    this.values?.duplicateAck(this.row, state[f + STATE.dup] ?? 0, state[f + STATE.nonDup] ?? 0);
  }

  private afterwards(flags: number): void {
    const { state, f, ack } = this;
    if (ack !== state[f + STATE.lastAck]) {
      state[f + STATE.nonDup] = this.row;
      state[f + STATE.dup] = 0;
    }
    if ((flags & ACK) !== 0) this.unseenAck();
    if ((this.len > 0 || (flags & (SYN | FIN)) !== 0) && (this.found & FLAG.keepAlive) === 0) this.again();
    this.remember(flags);
  }

  /** An acknowledgement of data that was never seen. */
  private unseenAck(): void {
    const { state, r, ack } = this;
    const maxAck = state[r + STATE.maxAck] ?? 0;
    if (maxAck === 0 || ((ack - maxAck) | 0) <= 0) return;
    const next = state[r + STATE.next] ?? 0;
    const isBeyond = ((ack - next) | 0) > 0;
    if (ack !== state[this.f + STATE.lastAck] && (isBeyond || !this.wasSeen(maxAck)))
      this.found |= READING.unseenData;
    // Version 4.0 notes such acknowledgements once, until a gap in the data is filled. Found by trying.
    if (isBeyond && state[r + STATE.passes] === 1) return;
    this.found |= FLAG.ackLostSegment;
    if (isBeyond) state[r + STATE.passes] = 1;
    else state[r + STATE.maxAck] = next;
  }

  /** Whether the byte `at` of the other side was captured and not acknowledged since. */
  private wasSeen(at: number): boolean {
    const { unacked, r } = this;
    for (let cell = unacked.first(r / STATE.size); cell >= 0; cell = unacked.next[cell] ?? -1) {
      if ((((unacked.seq[cell] ?? 0) - at) | 0) <= 0 && (((unacked.end[cell] ?? 0) - at) | 0) > 0) return true;
    }
    return false;
  }

  /** Tells the kinds of segments that carry what was sent before. */
  private again(): void {
    const { state, f, r, seq, len } = this;
    const next = state[f + STATE.next] ?? 0;
    const back = next !== 0 && ((seq - next) | 0) < 0 && !(len > 1 && seq === ((next - 1) | 0));
    const lastAck = state[r + STATE.lastAck] ?? 0;
    if (len > 0 && lastAck !== 0 && ((seq + len - lastAck) | 0) <= 0) {
      this.found |= FLAG.spuriousRetransmission | FLAG.retransmission;
      return;
    }
    if (!back) return;
    const quiet = Math.max(0, this.now - (this.times[(r / STATE.size) * TIME.size + TIME.last] ?? 0));
    if (quiet < FAST_NS && (state[r + STATE.dup] ?? 0) >= 2 && lastAck === seq) {
      this.found |= FLAG.fastRetransmission | FLAG.retransmission;
    } else if (this.isOutOfOrder(next)) {
      this.found |= FLAG.outOfOrder;
      const first = this.firstCopy();
      this.waited = first < 0 ? 0 : this.now - first;
      if (first >= 0) this.found |= this.waited < TWICE_NS ? READING.capturedTwice : READING.sentAgain;
      return;
    } else this.found |= FLAG.retransmission;
    this.readRetransmission();
    this.values?.retransmission(this.row, this.now - this.firstSent());
  }

  /** Time (ns) at which these very bytes were captured before, and not acknowledged since; -1 when they were not. */
  private firstCopy(): number {
    const { unacked, f, seq, end } = this;
    for (let cell = unacked.first(f / STATE.size); cell >= 0; cell = unacked.next[cell] ?? -1) {
      if ((((unacked.seq[cell] ?? 0) - seq) | 0) <= 0 && (((unacked.end[cell] ?? 0) - end) | 0) >= 0)
        return unacked.time[cell] ?? 0;
    }
    return -1;
  }

  /** What more is known of a retransmission: `waited` is set. */
  private readRetransmission(): void {
    const first = this.firstCopy();
    this.waited = first < 0 ? 0 : this.now - first;
    if (first < 0) this.found |= READING.firstCopyUnseen;
    else if (this.waited < TWICE_NS) this.found |= READING.capturedTwice;
  }

  /** When this data was first sent, as far as is remembered. */
  private firstSent(): number {
    const { unacked, f, seq } = this;
    const d = f / STATE.size;
    for (let cell = unacked.first(d); cell >= 0; cell = unacked.next[cell] ?? -1) {
      if ((((unacked.seq[cell] ?? 0) - seq) | 0) >= 0) return unacked.time[cell] ?? 0;
    }
    return this.times[d * TIME.size + TIME.next] ?? 0;
  }

  /**
   * Whether the segment may only have been overtaken: it comes within an initial round trip of the one that went
   * furthest. (Newer versions count from the other side's latest segment, and ask whether it was seen before.)
   */
  private isOutOfOrder(next: number): boolean {
    const { f, times } = this;
    const d = f / STATE.size;
    const since = Math.max(0, this.now - (times[d * TIME.size + TIME.next] ?? 0));
    const iRtt = times[(d & ~1) * TIME.size + TIME.iRtt] ?? 0;
    if (since >= (iRtt === 0 ? OUT_OF_ORDER_NS : iRtt)) return false;
    return next !== this.end;
  }

  /** Takes the segment into the state. */
  private remember(flags: number): void {
    const { state, times, f, r, seq, end, now } = this;
    const d = f / STATE.size;
    const carries = this.len > 0 || (flags & (SYN | FIN)) !== 0;
    if (carries) this.unacked.append(d, seq, end, now, this.row);
    const next = state[f + STATE.next] ?? 0;
    if ((this.found & PROBES) === 0) {
      if (next === 0 || ((end - next) | 0) > 0) {
        state[f + STATE.next] = end;
        times[d * TIME.size + TIME.next] = now;
      }
      this.advanceMaxAck(next);
    }
    state[f + STATE.window] = this.window;
    state[f + STATE.lastAck] = this.ack;
    state[f + STATE.lastFlags] = this.found;
    times[d * TIME.size + TIME.last] = now;
    this.rtt = 0;
    if ((flags & ACK) === 0) return;
    if ((flags & SYN) === 0) state[f + STATE.acked] = 1;
    this.acknowledge(r / STATE.size, this.ack, now);
  }

  private advanceMaxAck(nextBefore: number): void {
    const { state, f, seq } = this;
    const maxAck = state[f + STATE.maxAck] ?? 0;
    if (maxAck === 0) state[f + STATE.maxAck] = this.end;
    else if (seq === maxAck && this.end !== seq) {
      // What fills the first gap is taken to fill them all.
      if (seq !== nextBefore) state[f + STATE.passes] = 0;
      state[f + STATE.maxAck] = state[f + STATE.next] ?? 0;
    }
  }
}
