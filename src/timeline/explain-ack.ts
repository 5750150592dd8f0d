import { FIN } from '../../capture/columns.ts';
import { firstAfter, NO_RANGES } from './call-ranges.ts';
import { explainKeepAlive } from './explain-segment.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import { type Answer, expected, isOn, type Side } from './tcp-side.ts';
import { covers, sackOffsets, timeStamps, usesSack } from './tcp-wire.ts';

const NS_PER_MS = 1e6;
/** An acknowledgement later than this after what it acknowledges was held back or waited for a receive. */
const LATE_NS = 1e6;
/** Linux holds a delayed acknowledgement back for 40 ms at least (TCP_DELACK_MIN), less a tick of its clock. */
const DELAYED_NS = 36e6;

/** A segment with neither bytes, SYN, FIN nor RST. */
export function explainAck(scene: TcpScene, segment: Segment): void {
  const { row, from, acked, sender, receiver } = segment;
  const { reasons } = scene;
  if (!sender.established && sender.synCount > 0 && sender.heardSynRow < 0)
    reasons.set(row, scene.hasCalls ? 'unexplained' : 'ack-plain');
  else if (from === sender.nxt - 1 && from >= 0) explainProbe(scene, segment);
  else if (isHandshakeAck(sender, receiver, acked)) {
    reasons.set(row, 'handshake-ack', { packet: sender.heardSynRow });
    dropAnswers(sender, 'syn');
    sender.handshakeDone = true;
  } else if (acked > sender.lastAck) explainNews(scene, segment);
  else if (acked < sender.lastAck) reasons.set(row, 'ack-old', { packet: sender.lastAckRow });
  else explainRepeat(scene, segment);
}

/** The client's first acknowledgement of the SYN+ACK. */
function isHandshakeAck(sender: Side, receiver: Side, acked: number): boolean {
  return (
    !sender.handshakeDone &&
    sender.heardSynRow >= 0 &&
    receiver.synCount > 0 &&
    acked === 0 &&
    !isServer(sender)
  );
}

function isServer(side: Side): boolean {
  return side.answered;
}

/** One byte back: it asks for an answer, since the window is closed, or to see whether the other end is still there. */
function explainProbe(scene: TcpScene, segment: Segment): void {
  const { row, ns, sender } = segment;
  const { reasons, clock } = scene;
  const closed = sender.peerWindow === 0 || sender.edge <= sender.nxt;
  const count = sender.probes + 1;
  const value = (ns - (clock.packets[Math.max(0, sender.lastRow)] ?? 0)) / NS_PER_MS;
  if (closed) reasons.set(row, 'zero-window-probe', { count, value, packet: sender.heardRow });
  else if (sender.calls === null || isOn(sender.calls.keepAlive, ns)) explainKeepAlive(scene, segment);
  else reasons.set(row, 'unexplained');
  sender.probes = count;
}

/** It acknowledges something for the first time. */
function explainNews(scene: TcpScene, segment: Segment): void {
  const { row, ns, acked, sender } = segment;
  const { reasons, clock, columns } = scene;
  sender.dupAcksSent = 0;
  sender.handshakeDone = true;
  takeHole(scene, segment);
  if (acked > expected(sender)) {
    sender.arrivals.skipTo(acked);
    reasons.set(row, 'ack-unseen');
    return;
  }
  const { newest, oldest } = acknowledged(sender, acked);
  const running = sender.calls?.receiving.running(ns) ?? null;
  if ((columns.window[row] ?? 0) === 0) {
    reasons.set(row, 'zero-window', {
      packet: newest,
      value: unreadAt(scene, sender, ns, acked),
      call: running,
    });
    return;
  }
  const lateNs = newest < 0 ? 0 : ns - (clock.packets[newest] ?? 0);
  const cells = { packet: newest, value: lateNs / NS_PER_MS };
  if (acked > sender.heardFinAt) reasons.set(row, 'ack-fin', { ...cells, packet: sender.heardFinRow });
  else if (lateNs < LATE_NS || !scene.complete || clock.slackNs > 0) reasons.set(row, 'ack', cells);
  else if (running !== null && (clock.enters[running] ?? 0) > (clock.packets[newest] ?? 0))
    reasons.set(row, 'ack-read', { ...cells, call: running });
  else if (lateNs >= DELAYED_NS && !scene.shaped)
    reasons.set(row, 'ack-delayed', {
      packet: oldest,
      value: (ns - (clock.packets[oldest] ?? 0)) / NS_PER_MS,
    });
  else reasons.set(row, 'ack-late', cells);
}

/** Of what waited for an acknowledgement: the packet that came last and the one that came first; -1 for none. */
function acknowledged(side: Side, acked: number): { newest: number; oldest: number } {
  let newest = -1;
  let oldest = -1;
  for (let index = side.unackedHead; index < side.unacked.length; index++) {
    if ((side.unackedEnds[index] ?? 0) > acked) continue;
    newest = side.unacked[index] ?? 0;
    if (oldest < 0) oldest = newest;
  }
  if (newest < 0 && side.unackedHead < side.unacked.length) newest = side.unacked[side.unackedHead] ?? 0;
  return { newest, oldest: oldest < 0 ? newest : oldest };
}

/** Bytes that had arrived and that no receive had taken: at least so many, a receive may just be taking some. */
function unreadAt({ clock }: TcpScene, side: Side, ns: number, acked: number): number {
  const receives = side.calls?.receives ?? NO_RANGES;
  const running = side.calls?.receiving.latest(ns) ?? null;
  if (running === null) return acked;
  let index = firstAfter(receives, acked - 1);
  while (index >= receives.length || (index >= 0 && (clock.enters[receives.call[index] ?? 0] ?? 0) > ns))
    index--;
  return Math.max(0, acked - (index < 0 ? 0 : (receives.to[index] ?? 0)));
}

/** It acknowledges nothing new: something arrived that needs an answer, or the window has changed. */
function explainRepeat(scene: TcpScene, segment: Segment): void {
  const { row, ns, acked, sender } = segment;
  const { reasons, columns, links } = scene;
  const window = columns.window[row] ?? 0;
  const answer = takeHole(scene, segment) ?? takeOther(scene, segment);
  if (
    answer?.why === 'hole' ||
    (answer === undefined && sender.arrivals.hasHole && window <= sender.lastWindow) ||
    (answer === undefined && !scene.hasCalls && tellsOfHole(scene, row, acked))
  ) {
    const packet = answer?.row ?? sender.heardRow;
    reasons.set(row, 'dup-ack', { packet, count: ++sender.dupAcksSent, value: acked });
    return;
  }
  if (answer !== undefined) {
    const kinds = {
      duplicate: 'ack-duplicate',
      probe: 'probe-answer',
      syn: 'handshake-ack-again',
      fin: 'ack-fin-again',
    } as const;
    reasons.set(row, kinds[answer.why], { packet: answer.row, value: window });
    return;
  }
  if (window > sender.lastWindow && sender.lastWindow >= 0) {
    const call = sender.calls?.receiving.running(ns) ?? sender.calls?.receiving.latest(ns) ?? null;
    if (call !== null) links.add('opens', call, row);
    reasons.set(row, 'window-update', { call, value: window });
    return;
  }
  const stale = staleArrival(scene, segment);
  if (stale >= 0) reasons.set(row, 'ack-stamp', { packet: stale });
  else reasons.set(row, scene.hasCalls ? 'unexplained' : 'ack-plain');
}

/** How many packets of the flow before an acknowledgement are looked through for what it answers. */
const LOOK_BACK = 2000;

/**
 * The packet with a time stamp older than the one that this acknowledgement echoes, though it arrived later: such a
 * packet is dropped and answered (RFC 7323 §5.3). Linux forgives a difference of 1. -1 when there is none.
 */
function staleArrival({ capture, columns, wire, gone }: TcpScene, { row, place }: Segment): number {
  const [, echoed] = timeStamps(capture, row) ?? [0, 0];
  if (echoed === 0) return -1;
  const first = Math.max(wire.start[columns.flow[row] ?? 0] ?? 0, place - LOOK_BACK);
  let stale = -1;
  for (let index = place - 1; index >= first; index--) {
    const other = wire.rows[index] ?? 0;
    if (columns.direction[other] === columns.direction[row] || gone[other] === 1) continue;
    const stamp = timeStamps(capture, other)?.[0] ?? echoed + 1;
    if (stamp === echoed && stale >= 0) return stale;
    if (((echoed - stamp) | 0) > 1) stale = other;
  }
  return -1;
}

/** Whether its selective acknowledgements (RFC 2018) say that bytes beyond a hole have arrived. */
function tellsOfHole({ capture, wire }: TcpScene, row: number, acked: number): boolean {
  return sackOffsets(capture, wire, row).some((edge) => edge > acked);
}

/**
 * Takes the arrival out of order that an acknowledgement reports: with selective acknowledgements the latest of those
 * that its blocks cover, and all before it, which it reports as well (Linux may answer several at once). Others wait for
 * an acknowledgement of their own, even where one of newer bytes comes first: two processors work side by side.
 */
function takeHole(scene: TcpScene, { row, acked, sender }: Segment): Answer | undefined {
  const { answers } = sender;
  if (answers.length === 0) return undefined;
  let last: Answer | undefined;
  if (!usesSack(scene.wire, scene.columns.flow[row] ?? 0)) {
    // Without blocks one acknowledgement stands for one arrival, and one with news for all.
    if (acked > sender.lastAck) dropAnswers(sender, 'hole');
    else last = answers.find(({ why }) => why === 'hole');
    if (last !== undefined) answers.splice(answers.indexOf(last), 1);
    return last;
  }
  const edges = sackOffsets(scene.capture, scene.wire, row);
  last = answers.findLast((answer) => answer.why === 'hole' && isReported(scene, answer.row, acked, edges));
  if (last === undefined) return undefined;
  const end = answers.indexOf(last);
  const kept = answers.filter(({ why }, place) => why !== 'hole' || place > end);
  answers.length = 0;
  answers.push(...kept);
  return last;
}

function isReported(
  { wire, columns }: TcpScene,
  row: number,
  acked: number,
  edges: readonly number[],
): boolean {
  const from = wire.from[row] ?? 0;
  const to = from + (columns.payloadLen[row] ?? 0) + ((columns.flags[row] ?? 0) & FIN ? 1 : 0);
  return to <= acked || covers(edges, from, to);
}

/**
 * The oldest of the other arrivals that this may answer. Linux reports duplicates with a D-SACK (RFC 2883) where SACK is
 * agreed on: a packet with such a report answers a duplicate, one without it something else.
 */
function takeOther(
  { capture, wire, columns }: TcpScene,
  { row, acked, sender }: Segment,
): Answer | undefined {
  const { answers } = sender;
  const others = answers.filter(({ why }) => why !== 'hole');
  if (others.length === 0) return undefined;
  const [, right] = sackOffsets(capture, wire, row);
  const reports = right !== undefined && right <= acked;
  const fitting = usesSack(wire, columns.flow[row] ?? 0)
    ? others.find(({ why }) => (why === 'duplicate') === reports)
    : undefined;
  const found = fitting ?? others[0];
  if (found !== undefined) answers.splice(answers.indexOf(found), 1);
  return found;
}

function dropAnswers(side: Side, why: Answer['why']): void {
  if (side.answers.length === 0) return;
  const kept = side.answers.filter((answer) => answer.why !== why);
  side.answers.length = 0;
  side.answers.push(...kept);
}
