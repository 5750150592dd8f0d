import { ACK, FIN, SYN } from '../../capture/columns.ts';
import { EarlierCopies } from './earlier-copies.ts';
import { EarlyAcks } from './early-acks.ts';
import { FLAG, READING } from './flags.ts';
import type { SecondCaptures } from './second-captures.ts';
import { SeenData } from './seen-data.ts';
import type { StrictValues } from './strict-values.ts';
import { FAST_NS, isWithin, OUT_OF_ORDER_NS } from './time-limits.ts';
import { UnackedLists } from './unacked.ts';

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
  /** 1 when an acknowledgement without SYN has been sent since the latest SYN: the window of a SYN is not scaled. */
  acked: 6,
  /** Row of the acknowledgement that later ones repeat, and how often. */
  nonDup: 7,
  dup: 8,
  /** 1 when a segment of the conversation was seen. */
  seen: 9,
  /** One of PASSES: whether acknowledgements beyond `next` are let pass. */
  passes: 10,
  /** Number that the direction begins with, and whether it is known. */
  base: 11,
  based: 12,
  /** Payload bytes since the last segment with PSH. */
  pushed: 13,
  /** 1 when the other side has acknowledged the byte of a probe, which `next` does not count. */
  probed: 14,
  /** 1 when the conversation was reset. */
  reset: 15,
  size: 16,
} as const;
export const TIME = { last: 0, next: 1, syn: 2, iRtt: 3, size: 4 } as const;

/**
 * Acknowledgements beyond what was seen are let pass after a duplicate one, or after one of them, until the direction
 * acknowledges else. Right after one of them tshark takes what is sent again for a fast retransmission.
 */
const PASSES = { duplicate: 1, beyond: 2 } as const;
const PROBES = FLAG.zeroWindowProbe;
export const UNKNOWN_SCALE = -1;
export const UNUSED_SCALE = -2;

/** The state of all directions, the segment at hand, and the conditions that its flags stand for. */
export class StrictConditions {
  state = new Int32Array(64 * STATE.size);
  readonly unacked = new UnackedLists();
  readonly earlyAcks = new EarlyAcks();
  protected readonly seenData = new SeenData();
  protected times = new Float64Array(64 * TIME.size);
  protected readonly values: StrictValues | null;
  /** Tells second captures of packets, which are then left out; null: they are segments like any other. */
  protected seconds: SecondCaptures | null;
  // The segment at hand.
  protected f = 0;
  protected r = 0;
  seq = 0;
  protected ack = 0;
  protected len = 0;
  end = 0;
  window = 0;
  protected control = false;
  protected reset = false;
  protected pure = false;
  /** Time of the segment at hand in ns, since a second before the first. */
  now = 0;
  /** Of the segment at hand: ns since what it acknowledges was sent; 0 when that is not known. */
  rtt = 0;
  protected row = 0;
  protected found = 0;
  /** Of the retransmission that was found last: ns since its bytes were captured first; 0 when they were not. */
  waited = 0;
  /** Of the segment at hand: bytes that are missing before it. */
  ahead = 0;
  /** Of the retransmission that was found last: ns since either side was seen to send anything. */
  quiet = 0;
  /** Whether the other side has spoken since the latest copy, or where there is none since what was sent furthest. */
  peerSpoke = false;
  /** How often the other side has repeated its latest acknowledgement. */
  duplicates = 0;
  /** Row in which its bytes were captured last before; -1 when they were not, or are acknowledged. */
  copyRow = -1;
  /** What directions had acknowledged before a segment that acknowledges nothing, as many resets do. */
  private readonly lastAcks = new Map<number, number>();
  private readonly copies = new EarlierCopies();

  constructor(values: StrictValues | null, seconds: SecondCaptures | null) {
    this.values = values;
    this.seconds = seconds;
  }

  /** What a direction acknowledged last, signed 32-bit; 0 where it did not. Resets without ACK say nothing of it. */
  acknowledgedBy(direction: number): number {
    return this.state[direction * STATE.size + STATE.lastAck] || (this.lastAcks.get(direction) ?? 0);
  }

  /** What the numbers of a direction say in the end: that of its SYN, how far they are known to go, and what it acknowledged last. */
  numbersOf(direction: number): { base: number; next: number; end: number; lastAck: number } {
    const { state } = this;
    const at = direction * STATE.size;
    const next = state[at + STATE.next] ?? 0;
    const lastAck = state[(direction ^ 1) * STATE.size + STATE.lastAck] ?? 0;
    return {
      base: state[at + STATE.base] ?? 0,
      lastAck: state[at + STATE.lastAck] ?? 0,
      next,
      end: next === 0 ? lastAck : this.seenData.knownEnd(direction, next),
    };
  }

  /** Takes the segment at hand in as one that waits for its acknowledgement. */
  protected await(direction: number, seq: number, end: number): void {
    this.unacked.setTime(this.unacked.append(direction, seq, end, this.row), this.now);
  }

  protected acknowledge(direction: number, ack: number): void {
    this.rtt = 0;
    const cell = this.unacked.acknowledge(direction, ack);
    if (cell < 0) return;
    this.rtt = this.now - this.unacked.timeOf(cell);
    this.values?.acks(this.row, this.unacked.rowOf(cell), this.rtt);
  }

  /** Conditions that need no look at acknowledged data; the first that says so ends the search. */
  protected classify(): void {
    const { state, f, r, len, seq, window } = this;
    const next = state[f + STATE.next] ?? 0;
    this.ahead = 0;
    if (len === 1 && seq === next && state[r + STATE.window] === 0) {
      this.found |= FLAG.zeroWindowProbe;
      return;
    }
    if (window === 0 && !this.control) this.found |= FLAG.zeroWindow;
    const ahead = (seq - next) | 0;
    if (ahead > 0 && next !== 0) {
      if (!this.reset) {
        this.found |= FLAG.lostSegment;
        this.seenData.leftOut(f / STATE.size, next, seq);
      }
      this.ahead = ahead;
      if (ahead === 1 && state[f + STATE.probed] === 1) this.found |= READING.behindProbeByte;
      // Also before 0 where the next number is not known: so does tshark.
    } else if (ahead === -1 && len <= 1 && !this.control) {
      this.found |= FLAG.keepAlive;
      if (state[r + STATE.window] === 0) this.found |= READING.persistProbe;
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
    if (!sameWindow) {
      this.found |= FLAG.windowUpdate;
      if (state[f + STATE.acked] === 0 && this.isSameScaled()) this.found |= READING.firstScaled;
    } else if ((peerFlags & FLAG.keepAlive) !== 0) this.found |= FLAG.keepAliveAck;
    else this.duplicate();
  }

  /** The window of a SYN is never scaled (RFC 7323 §2.2): whether the scaled one is the same, but for what scaling cuts off. */
  private isSameScaled(): boolean {
    const { state, f, window } = this;
    const shift = state[f + STATE.scale] ?? UNKNOWN_SCALE;
    return shift > 0 && (state[f + STATE.window] ?? 0) >> shift === window;
  }

  private duplicate(): void {
    const { state, f } = this;
    state[f + STATE.dup] = (state[f + STATE.dup] ?? 0) + 1;
    state[f + STATE.passes] = PASSES.duplicate;
    this.found |= FLAG.duplicateAck;
    this.values?.duplicateAck(this.row, state[f + STATE.dup] ?? 0, state[f + STATE.nonDup] ?? 0);
  }

  protected afterwards(flags: number): void {
    const { state, f, ack } = this;
    if (ack !== state[f + STATE.lastAck]) {
      state[f + STATE.nonDup] = this.row;
      state[f + STATE.dup] = 0;
      state[f + STATE.passes] = 0;
    }
    if ((flags & ACK) !== 0) {
      const from = this.seenData.from(this.r / STATE.size, state[this.r + STATE.next] ?? 0);
      this.unseenAck();
      if ((this.found & READING.unseenData) !== 0) this.noteEarly(from);
    }
    if ((this.len > 0 || (flags & (SYN | FIN)) !== 0) && (this.found & FLAG.keepAlive) === 0)
      this.again(flags);
    this.remember(flags);
  }

  /** An acknowledgement of data that was never seen. */
  private unseenAck(): void {
    const { state, r, ack } = this;
    const next = state[r + STATE.next] ?? 0;
    if (next !== 0 && !this.reset && this.seenData.lacks(r / STATE.size, ack, next, this.unacked))
      this.found |= READING.unseenData;
    const maxAck = state[r + STATE.maxAck] ?? 0;
    if (maxAck === 0 || ((ack - maxAck) | 0) <= 0) return;
    // While something is missing below it, each one is noted, and what is missing is given up.
    const isBeyond = maxAck === next && ((ack - next) | 0) > 0;
    // The byte of a probe does not count as sent, but the receiver may have taken it.
    const isProbeByte = ack === ((next + 1) | 0) && ((state[r + STATE.lastFlags] ?? 0) & PROBES) !== 0;
    // One beyond all that was captured is noted once; whoever sent the data has to acknowledge something new in between.
    const passes = state[r + STATE.passes] ?? 0;
    if (isBeyond) {
      state[r + STATE.passes] = PASSES.beyond;
      // Found by trying tshark: it then counts the other side's duplicates anew.
      state[r + STATE.dup] = 0;
    }
    if (isBeyond && passes !== 0) {
      this.values?.set('looked_at', this.row, 1);
      return;
    }
    this.found |= FLAG.ackLostSegment;
    if (isProbeByte) {
      this.found |= READING.probeByte;
      state[r + STATE.probed] = 1;
    }
    state[r + STATE.maxAck] = next;
  }

  /** The segment at hand acknowledges what was not captured: that may stand behind it. */
  private noteEarly(from: number): void {
    const { ack, row, now: at } = this;
    const of = { row, at, isFlagged: (this.found & FLAG.ackLostSegment) !== 0 };
    this.earlyAcks.note(this.r / STATE.size, from, ack, of, this.unacked);
  }

  /** Tells the kinds of segments that carry what was sent before. */
  private again(flags: number): void {
    const { state, f, r, seq, len } = this;
    this.copyRow = -1;
    const next = state[f + STATE.next] ?? 0;
    const back = next !== 0 && ((seq - next) | 0) < 0 && !(len > 1 && seq === ((next - 1) | 0));
    const lastAck = state[r + STATE.lastAck] ?? 0;
    const isBehind = this.earlyAcks.take(f / STATE.size, seq, this.end, this.now);
    if (len > 0 && lastAck !== 0 && ((seq + len - lastAck) | 0) <= 0) {
      this.found |= FLAG.spuriousRetransmission | FLAG.retransmission;
      if (isBehind) this.found |= READING.dataBehind;
      return;
    }
    if (!back) return;
    const quiet = this.now - (this.times[(r / STATE.size) * TIME.size + TIME.last] ?? 0);
    const isAsked = (state[r + STATE.dup] ?? 0) >= 2 || state[r + STATE.passes] === PASSES.beyond;
    if (isWithin(quiet, FAST_NS) && isAsked && lastAck === seq) {
      this.found |= FLAG.fastRetransmission | FLAG.retransmission;
    } else if (this.isOutOfOrder(next)) {
      this.found |= FLAG.outOfOrder;
      this.findCopies();
      this.readPrompt();
      if (this.copies.wasSeen) this.found |= READING.sentAgain;
      return;
    } else this.found |= FLAG.retransmission;
    this.readRetransmission();
    if ((flags & SYN) !== 0 && state[f + STATE.reset] === 1) this.found |= READING.newConnection;
    if ((this.found & FLAG.fastRetransmission) !== 0 || this.values === null) return;
    const eldest = this.unacked.first(f / STATE.size);
    const of = eldest < 0 ? this.values.furthestRow(f / STATE.size) : this.unacked.rowOf(eldest);
    this.values.retransmission(this.row, this.now - this.firstSent(), of);
  }

  /** Looks for what was seen of these bytes and not acknowledged since. */
  private findCopies(): void {
    const { copies, now } = this;
    copies.find(this.unacked, this.f / STATE.size, this.seq, this.end);
    this.copyRow = copies.row;
    this.waited = copies.wasSeen ? now - copies.eldest : 0;
  }

  /** ns since the other side was seen to send anything. */
  get sinceHeard(): number {
    return this.now - (this.times[(this.r / STATE.size) * TIME.size + TIME.last] ?? 0);
  }

  /** ns since the latest copy of the segment at hand. */
  get sinceCopy(): number {
    return this.now - this.copies.latest;
  }

  /** Nothing of it was captured before: it was not acknowledged, no segment touches it, and all segments are remembered. */
  private isUnseen(): boolean {
    const { state, f, r, seq, unacked } = this;
    const lastAck = state[r + STATE.lastAck] ?? 0;
    const acknowledged = lastAck !== 0 && ((seq - lastAck) | 0) < 0;
    return !acknowledged && !this.copies.wasTouched && !unacked.isFull(f / STATE.size);
  }

  /** What more is known of a retransmission. */
  private readRetransmission(): void {
    this.findCopies();
    this.readPrompt();
    if (this.copyRow < 0 && this.isUnseen()) this.found |= READING.firstCopyUnseen;
  }

  /** What may have made the segment be sent again. */
  private readPrompt(): void {
    const { times, f, r } = this;
    const mine = (f / STATE.size) * TIME.size;
    const theirs = times[(r / STATE.size) * TIME.size + TIME.last] ?? 0;
    const sent = this.copyRow >= 0 ? this.copies.latest : (times[mine + TIME.next] ?? 0);
    this.quiet = this.now - Math.max(theirs, times[mine + TIME.last] ?? 0);
    this.peerSpoke = theirs > sent;
    this.duplicates = this.state[r + STATE.dup] ?? 0;
  }

  /** When the eldest segment that is not acknowledged was sent: what the timer of the sender runs from. */
  private firstSent(): number {
    const d = this.f / STATE.size;
    const eldest = this.unacked.first(d);
    return eldest >= 0 ? this.unacked.timeOf(eldest) : (this.times[d * TIME.size + TIME.next] ?? 0);
  }

  /**
   * Whether the segment may only have been overtaken: it comes within an initial round trip of the one that went
   * furthest. (Newer versions count from the other side's latest segment, and ask whether it was seen before.)
   */
  private isOutOfOrder(next: number): boolean {
    const { f, times } = this;
    const d = f / STATE.size;
    const since = this.now - (times[d * TIME.size + TIME.next] ?? 0);
    const iRtt = times[(d & ~1) * TIME.size + TIME.iRtt] ?? 0;
    return isWithin(since, iRtt === 0 ? OUT_OF_ORDER_NS : iRtt) && next !== this.end;
  }

  /** Takes the segment into the state. */
  private remember(flags: number): void {
    const { state, times, f, r, seq, end, now } = this;
    const d = f / STATE.size;
    const carries = this.len > 0 || (flags & (SYN | FIN)) !== 0;
    if (carries) this.await(d, seq, end);
    const next = state[f + STATE.next] ?? 0;
    if ((this.found & PROBES) === 0) {
      if (next === 0 || ((end - next) | 0) > 0) {
        state[f + STATE.next] = end;
        times[d * TIME.size + TIME.next] = now;
        this.values?.advanced(d, this.row);
      }
      this.advanceMaxAck();
    }
    if (this.reset) {
      state[f + STATE.reset] = 1;
      state[r + STATE.reset] = 1;
    }
    const isAck = (flags & ACK) !== 0;
    const lastAck = state[f + STATE.lastAck] ?? 0;
    if (!isAck && lastAck !== 0) this.lastAcks.set(d, lastAck);
    state[f + STATE.window] = this.window;
    state[f + STATE.lastAck] = this.ack;
    state[f + STATE.lastFlags] = this.found;
    times[d * TIME.size + TIME.last] = now;
    this.rtt = 0;
    if ((flags & SYN) !== 0) state[f + STATE.acked] = 0;
    else if (isAck) state[f + STATE.acked] = 1;
    // tshark's values come of the number alone, whether its flag is set or not; nothing else is acknowledged without it.
    if (isAck || this.values !== null) this.acknowledge(r / STATE.size, this.ack);
  }

  private advanceMaxAck(): void {
    const { state, f, seq } = this;
    const maxAck = state[f + STATE.maxAck] ?? 0;
    if (maxAck === 0) state[f + STATE.maxAck] = this.end;
    // What comes where the first gap begins is taken to fill them all, even an acknowledgement without data.
    else if (seq === maxAck) state[f + STATE.maxAck] = state[f + STATE.next] ?? 0;
  }
}
