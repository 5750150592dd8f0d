import type { KernelSocket } from '../../src/session/kernel-sample.ts';
import type { Call } from '../../src/sockets/call.ts';
import { isSend } from '../../src/timeline/call-kinds.ts';
import { queuesOf } from '../../src/timeline/call-queues.ts';
import { factsOf } from '../../src/timeline/facts.ts';
import { CALLS_A_STEP } from '../../src/timeline/time-order.ts';
import type { Document } from './document.ts';
import { fillKnown, type Look } from './known-values.ts';
import type { FlowSeries } from './series.ts';

/** When packets change each kind of value, in seconds of the plot. */
export interface PacketTimes {
  /** What the receiver sent, and the sender's SYN and FIN, which count in its queue too. */
  readonly send: Float64Array;
  /** The sender's bytes, SYN and FIN. */
  readonly recv: Float64Array;
  readonly all: Float64Array;
}

/** A call's queues are asked for just after it returns; so long that takes, in s. */
const PROBE_SECONDS = 20e-6;
/** So long a look may have taken of which the file does not say when it ended, in s. */
const UNSAID_SECONDS = 5e-3;
/** TCP_INFINITE_SSTHRESH of <net/tcp.h>: slow start has never ended. */
const NO_THRESHOLD = 0x7fff_ffff;

/** An end of the connection: what was seen of its socket, and when something happened to it. */
interface End {
  readonly looks: readonly (Span & { readonly socket: Values })[];
  /** Its calls' entries and returns, and when it was seen last before it was gone. */
  readonly events: readonly number[];
  /** Its sends, in order: while one goes on, the queue changes without a packet. */
  readonly sends: readonly (readonly [number, number])[];
  /** Whether all that its program did is known. */
  readonly isFollowed: boolean;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly isMoment: boolean;
}

/** What one look found; a call may have asked for some of it only. */
interface Values {
  readonly sendQueue: number | null;
  readonly recvQueue: number | null;
  readonly info: Readonly<Record<string, number>> | null;
}

/**
 * Send-Q, cwnd, ssthresh and rtt of the sending end, and Recv-Q of the receiving one: as the kernel's tables and the calls
 * showed them, each held only for as long as nothing happened that may change it. Elsewhere they are not known. In steps.
 */
export function* addQueues(
  document: Document,
  connection: number,
  start: number,
  packets: PacketTimes,
  { direction, lastSecond, sendQueue, recvQueue, cwnd, ssthresh, rtt }: FlowSeries,
): Generator<void, void> {
  const known = document.timeline.connections[connection];
  if (known === undefined) return;
  const ends = [
    { socket: known.socketA, local: known.endpointA, remote: known.endpointB },
    { socket: known.socketB, local: known.endpointB, remote: known.endpointA },
  ] as const;
  const [a, b] = [yield* readEnd(document, start, ends[0]), yield* readEnd(document, start, ends[1])];
  const [sender, receiver] = direction === 0 ? [a, b] : [b, a];
  // Packets that bear the time of their arrival in a busy process do not say when they changed a queue.
  const isExact = factsOf(document.timeline).clock.slackNs === 0;
  const put = function* (
    series: typeof sendQueue,
    { looks, events, sends, isFollowed }: End,
    times: Float64Array,
    value: (socket: Values) => number | null | undefined,
  ): Generator<void, void> {
    const found: Look[] = [];
    for (const [index, { socket, from, to, isMoment }] of looks.entries()) {
      if (index % CALLS_A_STEP === 0) yield;
      const seen = value(socket);
      if (seen !== null && seen !== undefined) found.push({ from, to, isMoment, value: seen });
    }
    const isHeld = isExact && isFollowed;
    const moments = series === sendQueue ? sends : [];
    yield* fillKnown(series, { looks: found, events, packets: times, moments, isHeld, lastSecond });
  };
  yield* put(sendQueue, sender, packets.send, (socket) => socket.sendQueue);
  yield* put(recvQueue, receiver, packets.recv, (socket) => socket.recvQueue);
  const inBytes = (info: Values['info'], segments: number | undefined) =>
    segments === undefined || info?.snd_mss === undefined ? null : segments * info.snd_mss;
  yield* put(cwnd, sender, packets.all, ({ info }) => inBytes(info, info?.cwnd));
  yield* put(ssthresh, sender, packets.all, ({ info }) =>
    (info?.snd_ssthresh ?? NO_THRESHOLD) >= NO_THRESHOLD ? null : inBytes(info, info?.snd_ssthresh),
  );
  yield* put(rtt, sender, packets.all, ({ info }) => info?.rtt_us);
}

function* readEnd(
  { session, timeline }: Document,
  start: number,
  end: { readonly socket: string | null; readonly local: string; readonly remote: string },
): Generator<void, End> {
  const { baseNs } = factsOf(timeline).clock;
  const second = (ns: bigint): number => (Number(ns - baseNs) - start) / 1e9;
  const looks: (Span & { readonly socket: Values })[] = [];
  const events: number[] = [];
  const sends: [number, number][] = [];
  const before = new Map<string, KernelSocket>();
  for (const { timeNs, askedNs, answeredNs, key, socket } of session.kernel?.samples ?? []) {
    const last = before.get(key);
    if (last !== undefined) {
      const at = second(askedNs);
      // Asked for then, it was still as it had been.
      if (answeredNs !== undefined) looks.push({ from: at, to: at, isMoment: false, socket: last });
      if (socket === null) events.push(at);
    }
    before.delete(key);
    if (socket === null || unmapped(socket.local) !== end.local || unmapped(socket.remote) !== end.remote)
      continue;
    before.set(key, socket);
    const from = second(timeNs);
    const to = answeredNs === undefined ? from + UNSAID_SECONDS : second(answeredNs);
    looks.push({ from, to, isMoment: false, socket });
  }
  for (const [index, call] of (end.socket === null ? [] : session.calls).entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    if (call.socket !== end.socket) continue;
    const enter = second(call.enterNs);
    events.push(enter);
    const exit = call.exitNs === null ? Number.POSITIVE_INFINITY : second(call.exitNs);
    if (call.exitNs !== null) events.push(exit);
    if (isSend(call)) sends.push([enter, exit]);
    looks.push(...lookOfCall(call, enter, exit));
  }
  return { looks, events, sends, isFollowed: end.socket !== null };
}

/** What a call found, at the side of the call at which it was read. */
function lookOfCall(call: Call, enter: number, exit: number): (Span & { readonly socket: Values })[] {
  const { sendQueue, recvQueue, measured } = queuesOf(call);
  const info = call.tcpInfo;
  if (call.exitNs === null || (sendQueue === null && recvQueue === null && info === null)) return [];
  const socket = { sendQueue, recvQueue, info };
  if (measured === 'before') return [{ from: enter, to: enter, isMoment: true, socket }];
  return [{ from: exit, to: exit + PROBE_SECONDS, isMoment: false, socket }];
}

/** An IPv6 socket shows an IPv4 connection with mapped addresses; its packets are IPv4. */
function unmapped(address: string): string {
  return address.replace(/^\[::ffff:([\d.]+)\]/, '$1');
}
