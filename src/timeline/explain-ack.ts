import {
  AT_ONCE_NS,
  arrivalBehind,
  newestReported,
  opens,
  staleArrival,
  takeHole,
  takeOther,
} from './answers.ts';
import { firstAfter, NO_RANGES } from './call-ranges.ts';
import { explainKeepAlive, firstTransmission } from './explain-segment.ts';
import { dropAnswers } from './owed.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import { expected, isOn, type Side } from './tcp-side.ts';
import { sackOffsets, timeStamps } from './tcp-wire.ts';

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
  // Before its first byte a probe stands where the SYN stood.
  else if (from === sender.nxt - 1 && (from >= 0 || (sender.established && sender.handshakeDone)))
    explainProbe(scene, segment);
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
  if (isOvertaken(scene, segment)) {
    reasons.set(row, 'ack-old', { packet: overtaker(scene, segment) });
    return;
  }
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
  // What it acknowledges came after any probe and any SYN: an answer to those had left before.
  dropAnswers(sender, 'probe');
  dropAnswers(sender, 'syn');
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
  else if (
    running !== null &&
    (clock.enters[running] ?? 0) > (clock.packets[newest] ?? 0) &&
    !slept(scene, segment, running)
  )
    reasons.set(row, 'ack-read', { ...cells, call: running });
  else if (lateNs >= DELAYED_NS && !scene.shaped)
    reasons.set(row, 'ack-delayed', {
      packet: oldest,
      value: (ns - (clock.packets[oldest] ?? 0)) / NS_PER_MS,
    });
  else reasons.set(row, 'ack-late', cells);
}

/**
 * Whether a receive had long gone to sleep when the acknowledgement left, without having taken anything: then it was the
 * timer that sent it. A receive lets an acknowledgement go when it has taken bytes, or just before it sleeps.
 */
function slept({ clock, shaped }: TcpScene, { ns, sender }: Segment, running: number): boolean {
  if (shaped || ns - (clock.enters[running] ?? 0) < LATE_NS) return false;
  const receives = sender.calls?.receives ?? NO_RANGES;
  const last = receives.call[firstAfter(receives, sender.arrivals.next - 1)];
  return last !== undefined && (clock.exits[last] ?? 0) <= (clock.enters[running] ?? 0);
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
  if (opens(scene, segment)) {
    const call = sender.calls?.receiving.running(ns) ?? sender.calls?.receiving.latest(ns) ?? null;
    if (call !== null) links.add('opens', call, row);
    reasons.set(row, 'window-update', { call, value: window });
    return;
  }
  if (isOvertaken(scene, segment)) {
    reasons.set(row, 'ack-old', { packet: overtaker(scene, segment) });
    return;
  }
  const stale = staleArrival(scene, segment);
  const reported = newestReported(scene, segment);
  const behind = arrivalBehind(scene, segment);
  if (stale >= 0) reasons.set(row, 'ack-stamp', { packet: stale });
  else if (reported >= 0)
    reasons.set(row, 'dup-ack', { packet: reported, count: ++sender.dupAcksSent, value: acked });
  else if (behind >= 0) reasons.set(row, 'ack-behind', { packet: behind });
  else reasons.set(row, scene.hasCalls ? 'unexplained' : 'ack-plain');
}

/**
 * Whether it stands before bytes, or a FIN, that were seen leaving: it left before them. A probe stands one byte back too,
 * but leaves long after that byte (200 ms at least in Linux), with a later time stamp.
 */
function isOvertaken(scene: TcpScene, segment: Segment): boolean {
  const { row, ns, from, sender } = segment;
  if (from < 0 || from >= sender.nxt) return false;
  if (from < sender.nxt - 1) return true;
  const other = overtaker(scene, segment);
  if (other < 0) return false;
  const own = timeStamps(scene.capture, row);
  const its = timeStamps(scene.capture, other);
  if (own === null || its === null) return false;
  const age = (own[0] - its[0]) | 0;
  return age < 0 || (age === 0 && ns - (scene.clock.packets[other] ?? 0) <= AT_ONCE_NS);
}

/** The packet that brought the byte, or the FIN, before which it stands; -1 when that was not captured. */
function overtaker(scene: TcpScene, { from, sender }: Segment): number {
  return from === sender.finAt ? sender.finRow : firstTransmission(scene, sender, from);
}

/** Whether its selective acknowledgements (RFC 2018) say that bytes beyond a hole have arrived. */
function tellsOfHole({ capture, wire }: TcpScene, row: number, acked: number): boolean {
  return sackOffsets(capture, wire, row).some((edge) => edge > acked);
}
