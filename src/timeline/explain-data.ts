import { hasFlag, optionSet } from './call-kinds.ts';
import { firstAfter } from './call-ranges.ts';
import { WHY } from './explain-syn.ts';
import { messageBytes } from './infer-send.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import { isOn, type Side, type SideCalls } from './tcp-side.ts';
import { largestPayload, timeStamps } from './tcp-wire.ts';

const NS_PER_MS = 1e6;

/**
 * New bytes: which sends they are of, and why they left just then. A packet bears the time at which the other end's
 * kernel took it up, which on a busy machine is later than it left. So bytes that are seen after their send returned
 * are said to have waited only where something proves it: the window, Nagle's rule, a cork, or a time stamp echoed.
 */
export function explainData(scene: TcpScene, segment: Segment): void {
  const { row, ns, from, to, sender } = segment;
  const { reasons, hasCalls, clock, links } = scene;
  const own = sender.calls;
  if (own === null) {
    if (hasCalls) reasons.set(row, 'data-outsider');
    else if (isInGap(segment))
      reasons.set(row, 'data-unseen', {
        count: messageBytes(scene, segment),
        detail: wasAskedFor(scene, segment),
      });
    else reasons.set(row, 'data-plain', { count: messageBytes(scene, segment) });
    return;
  }
  const first = firstAfter(own.sends, from);
  if (first >= own.sends.length || to > (own.sends.to[own.sends.length - 1] ?? 0)) {
    reasons.set(row, 'unexplained');
    return;
  }
  const last = firstAfter(own.sends, to - 1);
  const lastCall = own.sends.call[last] ?? 0;
  const sinceEntry = (ns - (clock.enters[own.sends.call[first] ?? 0] ?? 0)) / NS_PER_MS;
  const cells = { call: lastCall, value: sinceEntry, count: last - first + 1 };
  // What held the bytes back can be told only if nothing is missing that may have let them go earlier.
  if (scene.complete && waitedForWindow(scene, segment, lastCall)) {
    reasons.set(row, 'data-window', { ...cells, packet: sender.edgeRow });
    return;
  }
  const returned = clock.exits[lastCall] ?? 0;
  if (ns - clock.slackNs <= returned) {
    reasons.set(row, 'data', cells);
    return;
  }
  const held = !scene.complete ? null : heldBack(scene, segment, lastCall);
  const pusher = held === null ? null : pushedBy(scene, own, segment, held);
  if (pusher !== null) {
    links.add('pushes', pusher, row);
    reasons.set(row, 'data-pushed', { ...cells, call: pusher });
    return;
  }
  const waited = { ...cells, packet: sender.unaRow, value: (ns - returned) / NS_PER_MS };
  if (held === 'nagle') reasons.set(row, 'data-nagle', waited);
  else if (scene.complete && leftAfterAck(scene, segment, returned))
    reasons.set(row, 'data-flight', { ...waited, count: sender.flightBefore });
  else reasons.set(row, 'data-later', { ...waited, packet: -1 });
}

/** Bytes before others that were captured, and that were not captured before themselves. */
function isInGap({ to, sender }: Segment): boolean {
  return sender.sentAny && to <= sender.nxt;
}

/** Silence after which only a timer sends (RFC 6298 wants 1 s at least, Linux waits 200 ms). */
const TIMER_NS = 150e6;

/** Whether anything shows that bytes of which the capture lacks the first copy were sent again: else they may only be late. */
function wasAskedFor({ clock }: TcpScene, { ns, from, to, sender }: Segment): number {
  if (sender.una >= to) return WHY.answerLost;
  const last = Math.max(clock.packets[sender.lastRow] ?? 0, clock.packets[Math.max(0, sender.heardRow)] ?? 0);
  const isAsked = sender.dupAcks > 0 || sender.sackedTo > from || ns - last >= TIMER_NS;
  return isAsked ? WHY.asked : WHY.unknown;
}

/** Bytes beyond the right edge that the receiver had offered before its latest packet could not leave before that packet. */
function waitedForWindow({ clock }: TcpScene, { from, to, sender }: Segment, lastCall: number): boolean {
  if (sender.edgeRow < 0 || (clock.packets[sender.edgeRow] ?? 0) < (clock.enters[lastCall] ?? 0))
    return false;
  return to > sender.edgeBefore && sender.usableBefore < to - from;
}

/** What kept a small segment back, by rules that leave no choice: a cork, or Nagle's (RFC 9293 §3.7.4, as Linux has it). */
function heldBack(
  scene: TcpScene,
  { row, from, to, sender }: Segment,
  lastCall: number,
): 'cork' | 'nagle' | null {
  const { clock, wire, calls } = scene;
  const own = sender.calls;
  if (own === null || to - from >= segmentSize(scene, sender, row)) return null;
  const returned = clock.exits[lastCall] ?? 0;
  const call = calls[lastCall];
  if (isOn(own.cork, returned) || (call !== undefined && hasFlag(call, 'MSG_MORE'))) return 'cork';
  // Linux (Minshall) holds a small segment only while an earlier small one is unacknowledged.
  const news = sender.unaRow;
  if (isOn(own.noDelay, returned) || news < 0 || (clock.packets[news] ?? 0) < (clock.enters[lastCall] ?? 0))
    return null;
  const wasOpen = sender.smallTo > sender.unaBefore && sender.smallTo <= from;
  if (!wasOpen || (wire.acked[news] ?? 0) < sender.smallTo) return null;
  // What still had bytes before it, or a congestion window that may have been full, was not held by this rule alone.
  const allLeft = sender.unaBefore + sender.flightBefore >= from;
  return allLeft && roomForOne(scene, sender, from) ? 'nagle' : null;
}

/** Initial window of Linux, in segments (RFC 6928). */
const INITIAL_WINDOW = 10;

/** Whether the congestion window surely had room before the latest news: few in flight, or one and all losses mended. */
function roomForOne(
  { wire, columns }: TcpScene,
  { sent, resent, unaBefore, recoverTo }: Side,
  from: number,
): boolean {
  let flight = 0;
  for (let place = sent.length - 1; place >= 0 && flight < INITIAL_WINDOW; place--) {
    const row = sent.at(place);
    const start = wire.from[row] ?? 0;
    if (start + (columns.payloadLen[row] ?? 0) <= unaBefore) break;
    if (start < from) flight++;
  }
  if (resent.size === 0) return flight < INITIAL_WINDOW;
  return flight <= 1 && recoverTo <= unaBefore;
}

/** The largest segment that this end may send, by what both SYNs offered and the options that this segment has. */
export function segmentSize({ wire, columns }: TcpScene, side: Side, row: number): number {
  return side.calls === null ? 0 : largestPayload(wire, columns, row);
}

/** The call that ran when held bytes left and that lets such bytes go; not if the awaited acknowledgement came during it. */
function pushedBy(
  { clock, calls }: TcpScene,
  own: SideCalls,
  { ns, sender }: Segment,
  held: 'cork' | 'nagle',
): number | null {
  const index = own.pushing.running(ns) ?? (held === 'cork' ? own.sending.running(ns) : null);
  const call = index === null ? undefined : calls[index];
  if (index === null || call === undefined) return null;
  if (
    held === 'nagle' &&
    sender.unaRow >= 0 &&
    (clock.packets[sender.unaRow] ?? 0) > (clock.enters[index] ?? 0)
  )
    return null;
  if (call.name !== 'setsockopt') return index;
  const releases = optionSet(call, 'TCP_NODELAY') === true || optionSet(call, 'TCP_CORK') === false;
  return releases ? index : null;
}

/** Whether the segment echoes a time stamp that came only after the send had returned: then it left after that. */
function leftAfterAck({ capture, clock }: TcpScene, { row, sender }: Segment, returned: number): boolean {
  const news = sender.unaRow;
  if (news < 0 || sender.beforeUnaRow < 0 || (clock.packets[news] ?? 0) < returned) return false;
  const [, echoed] = timeStamps(capture, row) ?? [0, 0];
  const [stamp] = timeStamps(capture, news) ?? [0, 0];
  const [before] = timeStamps(capture, sender.beforeUnaRow) ?? [0, 0];
  return stamp !== before && ((echoed - stamp) | 0) >= 0 && echoed !== 0;
}
