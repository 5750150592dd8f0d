import type { Call } from '../sockets/call.ts';
import { CallIntervals } from './call-intervals.ts';
import { isReceive, isSend, lingersZero, optionSet, shutsWriting } from './call-kinds.ts';
import { type CallRanges, NO_RANGES, receiveRanges, sendRanges, totalOf } from './call-ranges.ts';
import type { Clock } from './clock.ts';
import { Arrivals, type Pieces } from './reassembly.ts';
import { RowStore } from './row-store.ts';
import type { Listener, TcpEnd } from './tcp-ends.ts';
import { CALLS_A_STEP } from './time-order.ts';

/** A switch that setsockopt turned, with the call that did. */
interface Switch {
  readonly ns: number;
  readonly on: boolean;
}

/** The calls at one end of a connection, sorted by what they do to packets. */
export interface SideCalls {
  readonly end: TcpEnd;
  readonly sends: CallRanges;
  readonly receives: CallRanges;
  readonly sending: CallIntervals;
  readonly receiving: CallIntervals;
  /** shutdown, close and setsockopt: they may push bytes out that earlier sends left behind. */
  readonly pushing: CallIntervals;
  readonly noDelay: readonly Switch[];
  readonly cork: readonly Switch[];
  readonly keepAlive: readonly Switch[];
  /** The most bytes that a send left in the send queue, as far as its record tells. */
  readonly queued: number;
  /** The first shutdown of writing, and the last close; null where there was none. */
  readonly shutdown: number | null;
  readonly close: number | null;
  readonly linger: number | null;
}

/** A packet that calls for an answer, and why. */
export interface Answer {
  readonly row: number;
  readonly why: 'hole' | 'duplicate' | 'probe' | 'syn' | 'fin';
}

/** One end of a connection while its packets are walked in time order: what it sent, and what reached it. */
export class Side {
  readonly calls: SideCalls | null;
  readonly listener: Listener | null;
  readonly arrivals = new Arrivals();
  /** What arrived here, byte for byte, as first brought. */
  readonly pieces: Pieces = { row: [], from: [], to: [] };
  /** End of what it has sent (the FIN counts one); offset of its FIN. */
  nxt = 0;
  finAt = Number.POSITIVE_INFINITY;
  /** Rows: its latest SYN (with or without ACK), FIN and first data; -1 while there is none. */
  synRow = -1;
  finRow = -1;
  lastRow = -1;
  sentAny = false;
  /** Whether any of that was no reset. */
  spoke = false;
  synCount = 0;
  established = false;
  establishedRow = -1;
  /** The latest packet to it that its kernel ignored, while the accept queue was full: the handshake went on. */
  untakenRow = -1;
  /** Whether it sent its SYN+ACK again by its own timer: its kernel had kept the half-open connection. */
  hasTimedSynAck = false;
  reset = false;
  /** The first reset that reached it. */
  resetRow = -1;
  /** Whether it sent a SYN+ACK, and whether it has acknowledged the other's SYN by anything later. */
  answered = false;
  handshakeDone = false;
  lastAck = 0;
  lastAckRow = -1;
  /** Where the bytes begin that no send is inferred for yet (captures without calls); NaN while that is not known. */
  messageFrom = Number.NaN;
  largest = 0;
  lastWindow = -1;
  /** Highest acknowledgement that reached it, the packet that raised it, and how things stood before that packet. */
  una = 0;
  unaRow = -1;
  unaBefore = 0;
  flightBefore = 0;
  /** What had reached it last before that packet. */
  beforeUnaRow = -1;
  /** End of the latest new segment that was smaller than the largest allowed. */
  smallTo = 0;
  /** Right edge of the peer's window as it knows it, the packet that last raised it, and how things stood before. */
  edge = Number.POSITIVE_INFINITY;
  edgeRow = -1;
  edgeBefore = Number.POSITIVE_INFINITY;
  usableBefore = Number.POSITIVE_INFINITY;
  peerWindow = -1;
  peerAck = -1;
  dupAcks = 0;
  dupAckRow = -1;
  dupAcksSent = 0;
  sackedTo = -1;
  recoverTo = -1;
  /** Highest acknowledgement among packets to it that were dropped here. */
  lostAck = -1;
  heardFinRow = -1;
  heardFinAt = Number.POSITIVE_INFINITY;
  heardSynRow = -1;
  /** The first SYN without ACK that reached it. */
  heardRequestRow = -1;
  heardRow = -1;
  probes = 0;
  /** Bytes that were seen leaving, to tell what is sent again from what was only overtaken on its way. */
  readonly left = new Arrivals();
  /** First transmissions in stream order; and the latest repetition of each that was repeated. */
  readonly sent = new RowStore();
  readonly resent = new Map<number, number>();
  /** Arrived and not yet acknowledged, oldest at `unackedHead`: row and end offset. */
  readonly unacked: number[] = [];
  readonly unackedEnds: number[] = [];
  unackedHead = 0;
  /** Arrivals that call for an answer without news: out of order, duplicates, probes. */
  readonly answers: Answer[] = [];

  constructor(calls: SideCalls | null, listener: Listener | null) {
    this.calls = calls;
    this.listener = listener;
  }
}

/** Sorts the calls of an end, in steps. `urgent` holds the stream offsets of urgent bytes that receives leave out. */
export function* sideCalls(
  end: TcpEnd,
  calls: readonly Call[],
  clock: Clock,
  urgent: readonly number[],
): Generator<void, SideCalls> {
  const sending: number[] = [];
  const receiving: number[] = [];
  const pushing: number[] = [];
  const noDelay: Switch[] = [];
  const cork: Switch[] = [];
  const keepAlive: Switch[] = [];
  let shutdown: number | null = null;
  let linger: number | null = null;
  let queued = 0;
  for (const [place, index] of end.calls.entries()) {
    if (place % CALLS_A_STEP === 0) yield;
    const call = calls[index];
    if (call === undefined) continue;
    if (isSend(call)) {
      sending.push(index);
      queued = Math.max(queued, call.sendQueue ?? 0);
    } else if (isReceive(call)) receiving.push(index);
    else if (call.name === 'close' || call.name === 'shutdown' || call.name === 'setsockopt')
      pushing.push(index);
    if (shutsWriting(call) && call.ret === 0 && shutdown === null) shutdown = index;
    const ns = clock.enters[index] ?? 0;
    const delay = optionSet(call, 'TCP_NODELAY');
    if (delay !== null) noDelay.push({ ns, on: delay });
    const corked = optionSet(call, 'TCP_CORK');
    if (corked !== null) cork.push({ ns, on: corked });
    const keep = optionSet(call, 'SO_KEEPALIVE');
    if (keep !== null) keepAlive.push({ ns, on: keep });
    const abort = lingersZero(call);
    if (abort !== null) linger = abort ? index : null;
  }
  const sends = yield* sendRanges(calls, sending);
  const receives = yield* receiveRanges(calls, receiving, urgent);
  yield;
  const whenSending = new CallIntervals(sending, clock);
  yield;
  const whenReceiving = new CallIntervals(receiving, clock);
  yield;
  return {
    end,
    sends,
    receives,
    sending: whenSending,
    receiving: whenReceiving,
    pushing: new CallIntervals(pushing, clock),
    noDelay,
    cork,
    keepAlive,
    shutdown,
    queued,
    close: end.socket.close,
    linger,
  };
}

/** Whether a switch was on at `timeNs`. */
export function isOn(switches: readonly Switch[], timeNs: number): boolean {
  let on = false;
  for (const change of switches) if (change.ns <= timeNs) on = change.on;
  return on;
}

/** Bytes that reached this end in order and that no receive ever took. */
export function unreadAtEnd(side: Side): number {
  return Math.max(0, side.arrivals.next - totalOf(side.calls?.receives ?? NO_RANGES));
}

/** The acknowledgement number, as an offset, that this end would send now: what arrived in order, and the FIN after it. */
export function expected(side: Side): number {
  return side.arrivals.next + (side.heardFinAt <= side.arrivals.next ? 1 : 0);
}

/** Whether both FINs are acknowledged: an end that lives on so is in TIME-WAIT (RFC 9293 §3.3.2). */
export function bothClosed(side: Side): boolean {
  return side.lastAck > side.heardFinAt && side.una > side.finAt;
}
