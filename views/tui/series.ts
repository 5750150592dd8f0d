import { ACK, FIN, RST, SYN } from '../../capture/columns.ts';
import { factsOf } from '../../src/timeline/facts.ts';
import { CALLS_A_STEP, sortedTimes } from '../../src/timeline/time-order.ts';
import type { Words } from '../../src/words/words.ts';
import { windowScales } from '../ladder/packet-text.ts';
import { countConnection } from './connection-counts.ts';
import type { Document } from './document.ts';
import { PACKETS_A_STEP, packetsOfFlow } from './packet-rows.ts';
import { IDLE_SECONDS, type Idle } from './plot-time.ts';
import { addQueues } from './queue-series.ts';

export type SeriesName = keyof Words['panes']['series'];

/** A value that changes at moments: times in seconds since the connection's first packet; NaN where it is not known. */
export class Series {
  readonly name: SeriesName;
  length = 0;
  times: Float64Array;
  values: Float64Array;
  largest = 0;
  smallest = Number.POSITIVE_INFINITY;

  /** With room for so many moments to begin with; what is not used takes no memory. */
  constructor(name: SeriesName, room: number) {
    this.name = name;
    this.times = new Float64Array(room);
    this.values = new Float64Array(room);
  }

  push(time: number, value: number): void {
    if (this.length === this.times.length) this.grow();
    this.times[this.length] = time;
    this.values[this.length++] = value;
    if (value > this.largest) this.largest = value;
    if (value < this.smallest) this.smallest = value;
  }

  private grow(): void {
    const { times, values } = this;
    const room = Math.max(16, times.length * 2);
    this.times = new Float64Array(room);
    this.values = new Float64Array(room);
    this.times.set(times);
    this.values.set(values);
  }
}

/** Segments of one direction that carry bytes: when, and which bytes of the stream. */
export class Segments {
  length = 0;
  readonly times: Float64Array;
  readonly froms: Float64Array;
  readonly tos: Float64Array;
  /** 1 where all of it had been sent before. */
  readonly again: Uint8Array;
  repeated = 0;
  /** The highest end. */
  highest = 0;

  constructor(room: number) {
    this.times = new Float64Array(room);
    this.froms = new Float64Array(room);
    this.tos = new Float64Array(room);
    this.again = new Uint8Array(room);
  }

  push(time: number, from: number, to: number): void {
    const isAgain = to <= this.highest;
    this.times[this.length] = time;
    this.froms[this.length] = from;
    this.tos[this.length] = to;
    this.again[this.length++] = isAgain ? 1 : 0;
    if (isAgain) this.repeated++;
    else this.highest = to;
  }
}

/** What the packets of one connection say over time, of the direction that carried more bytes. */
export interface FlowSeries {
  /** The direction of the data: 0 from A. */
  readonly direction: 0 | 1;
  /** When its first packet was captured, in ns since 1970, and how long after it the last one was. */
  readonly startNs: bigint;
  readonly lastSecond: number;
  /** Long pauses in which nothing happened on the connection, in order of time. */
  readonly idle: readonly Idle[];
  readonly segments: Segments;
  readonly acks: Series;
  /** Acknowledged byte plus window: how far the sender may go. */
  readonly edge: Series;
  readonly window: Series;
  readonly inFlight: Series;
  readonly sendQueue: Series;
  readonly recvQueue: Series;
  /** Of the sending end, where the kernel was asked: the congestion window and its threshold in bytes, the rtt in µs. */
  readonly cwnd: Series;
  readonly ssthresh: Series;
  readonly rtt: Series;
}

/** Numbers further apart than this belong to another turn of the 32 bits, or to nothing. */
const HALF = 0x8000_0000;

/** Reads a TCP connection's packets and calls into series, in steps; null for what is none, or carried no bytes. */
export function* flowSeries(document: Document, connection: number): Generator<void, FlowSeries | null> {
  const { timeline, session } = document;
  const known = timeline.connections[connection];
  if (known === undefined || known.protocol !== 'tcp') return null;
  const { columns, flows } = session.capture;
  const counts = yield* countConnection(timeline, connection);
  if (counts.bytesFromA + counts.bytesFromB === 0) return null;
  const direction: 0 | 1 = counts.bytesFromB > counts.bytesFromA ? 1 : 0;
  const { flow } = known;
  const base = flows.baseSeq(flow, direction) ?? 0;
  const scale = windowScales(session.capture);
  const startNs = counts.firstNs;
  const rows = packetsOfFlow(timeline, flow);
  const times = factsOf(timeline).clock.packets;
  const hasLooks = session.kernel !== undefined || session.calls.length > 0;
  const start = times[rows[0] ?? 0] ?? 0;
  const changes = { send: [] as number[], recv: [] as number[] };
  const result = {
    ...{
      direction,
      startNs,
      lastSecond: 0,
      idle: [] as readonly Idle[],
      segments: new Segments(rows.length),
    },
    acks: new Series('acknowledged', rows.length),
    edge: new Series('window edge', rows.length),
    window: new Series('window', rows.length),
    inFlight: new Series('in flight', rows.length),
    sendQueue: new Series('Send-Q', 0),
    recvQueue: new Series('Recv-Q', 0),
    cwnd: new Series('cwnd', 0),
    ssthresh: new Series('ssthresh', 0),
    rtt: new Series('rtt µs', 0),
  };
  const { segments } = result;
  let acked = 0;
  const pauses: Idle[] = [];
  for (let at = 0; at < rows.length; at++) {
    if (at % PACKETS_A_STEP === 0) yield;
    const row = rows[at] ?? 0;
    const time = ((times[row] ?? 0) - start) / 1e9;
    if (time - result.lastSecond >= IDLE_SECONDS) pauses.push({ from: result.lastSecond, to: time });
    result.lastSecond = Math.max(result.lastSecond, time);
    const flags = columns.flags[row] ?? 0;
    if (hasLooks)
      noteChange(changes, time, flags, columns.direction[row] === direction, columns.payloadLen[row] ?? 0);
    if (columns.direction[row] === direction) {
      const size = columns.payloadLen[row] ?? 0;
      const from = ((columns.seq[row] ?? 0) - base) >>> 0;
      if (size === 0 || from >= HALF) continue;
      segments.push(time, from, from + size);
    } else if ((flags & ACK) !== 0) {
      const ack = ((columns.ack[row] ?? 0) - base) >>> 0;
      if (ack >= HALF) continue;
      acked = Math.max(acked, ack);
      const window = (columns.window[row] ?? 0) * ((flags & SYN) === 0 ? 2 ** scale(row) : 1);
      result.acks.push(time, acked);
      result.window.push(time, window);
      result.edge.push(time, ack + window);
    } else continue;
    result.inFlight.push(time, Math.max(0, segments.highest - acked));
  }
  result.idle = yield* withoutCalls(document, connection, start, pauses);
  if (hasLooks) {
    const [send, recv] = [yield* sortedTimes(changes.send), yield* sortedTimes(changes.recv)];
    const all = yield* sortedTimes(send, recv);
    yield* addQueues(document, connection, start, { send, recv, all }, result);
  }
  return result;
}

/** Pauses between packets, parted where a call began or returned: in the ladder that is a row too. */
function* withoutCalls(
  { session, timeline }: Document,
  connection: number,
  start: number,
  pauses: readonly Idle[],
): Generator<void, readonly Idle[]> {
  if (pauses.length === 0) return pauses;
  const { clock, connectionOfCall } = factsOf(timeline);
  const times: number[] = [];
  for (const [index, { enterNs, exitNs }] of session.calls.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    if (connectionOfCall[index] !== connection) continue;
    for (const ns of exitNs === null ? [enterNs] : [enterNs, exitNs])
      times.push((Number(ns - clock.baseNs) - start) / 1e9);
  }
  const sorted = yield* sortedTimes(times);
  let next = 0;
  return pauses.flatMap(({ from, to }) => {
    const bounds = [from];
    for (; next < sorted.length && (sorted[next] ?? 0) < to; next++)
      if ((sorted[next] ?? 0) > from) bounds.push(sorted[next] ?? 0);
    bounds.push(to);
    return bounds
      .slice(1)
      .map((end, index) => ({ from: bounds[index] ?? from, to: end }))
      .filter((each) => each.to - each.from >= IDLE_SECONDS);
  });
}

/** Which queue a packet changes: bytes, SYN and FIN that of the receiver; acknowledgements, and SYN and FIN, that of the sender. */
function noteChange(
  { send, recv }: { readonly send: number[]; readonly recv: number[] },
  time: number,
  flags: number,
  isData: boolean,
  size: number,
): void {
  const isCounted = (flags & (SYN | FIN)) !== 0;
  if (!isData || isCounted || (flags & RST) !== 0) send.push(time);
  if (isData && (size > 0 || isCounted || (flags & RST) !== 0)) recv.push(time);
}
