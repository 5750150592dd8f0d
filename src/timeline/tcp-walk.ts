import { ACK, FIN, PROTOCOL, RST, SYN, URG } from '../../capture/columns.ts';
import { urgentPointer } from '../../capture/decode/urgent.ts';
import { settleDuplicates } from './answers.ts';
import { optionSet } from './call-kinds.ts';
import { firstAfter, NO_RANGES } from './call-ranges.ts';
import { explainAck } from './explain-ack.ts';
import { segmentSize } from './explain-data.ts';
import { deserted } from './explain-deserted.ts';
import { explainReset, isRefusal } from './explain-reset.ts';
import { explainSegment, firstTransmission } from './explain-segment.ts';
import { explainSyn } from './explain-syn.ts';
import { owe } from './owed.ts';
import { clientSide, type TcpEnd } from './tcp-ends.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import { expected, Side, sideCalls } from './tcp-side.ts';
import { PACKETS_A_STEP, sackBlocks, usesSack, windowShift } from './tcp-wire.ts';
import { CALLS_A_STEP } from './time-order.ts';

/** Walks one flow in time order, in steps: gives every packet its reason, and links packets with calls. Returns both ends as they are left. */
export function* walkFlow(scene: TcpScene, flow: number): Generator<void, readonly [Side, Side]> {
  const { wire, columns } = scene;
  const client = clientSide(wire, flow);
  const placed = scene.complete || (wire.placed[flow * 2] ?? 0) === 1;
  const first = yield* makeSide(scene, flow, 0, client);
  const sides = [first, yield* makeSide(scene, flow, 1, client)] as const;
  const shifts = [windowShift(wire, flow, 0), windowShift(wire, flow, 1)];
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp) continue;
    const direction = (columns.direction[row] ?? 0) === 0 ? 0 : 1;
    const from = (wire.from[row] ?? 0) + ((columns.flags[row] ?? 0) & SYN ? 1 : 0);
    const segment: Segment = {
      row,
      place: index,
      ns: scene.clock.packets[row] ?? 0,
      flags: columns.flags[row] ?? 0,
      placed,
      from,
      to: from + (columns.payloadLen[row] ?? 0),
      acked: wire.acked[row] ?? 0,
      sender: sides[direction],
      receiver: sides[direction === 0 ? 1 : 0],
    };
    explain(scene, segment);
    linkSent(scene, segment);
    noteSent(scene, segment);
    if (segment.sender.answers.length > 0) settleDuplicates(scene, segment);
    if ((scene.gone[row] ?? 0) === 0) deliver(scene, segment, shifts[direction] ?? null);
    else noteLost(scene, segment);
  }
  return sides;
}

function* makeSide(scene: TcpScene, flow: number, side: 0 | 1, client: 0 | 1): Generator<void, Side> {
  const end = scene.ends.ends[flow * 2 + side] ?? null;
  const apart = end !== null && !(yield* keepsUrgent(scene, flow, end));
  const urgent = apart ? urgentOffsets(scene, flow, side === 0 ? 1 : 0) : [];
  const calls = end === null ? null : yield* sideCalls(end, scene.calls, scene.clock, urgent);
  return new Side(calls, side === client ? null : (scene.ends.listeners[flow] ?? null));
}

/** Whether the end leaves urgent bytes in the stream: SO_OOBINLINE, of its own or handed down by the listening socket. */
function* keepsUrgent({ ends, calls }: TcpScene, flow: number, end: TcpEnd): Generator<void, boolean> {
  const handedDown = ends.listeners[flow]?.socket.id === end.socket.listener ? ends.listeners[flow] : null;
  // What was said last counts, and of its own before what was handed down.
  for (const own of [end.calls, handedDown?.socket.calls ?? []]) {
    for (let place = own.length - 1; place >= 0; place--) {
      if (place % CALLS_A_STEP === 0) yield;
      const call = calls[own[place] ?? 0];
      const isSet = call === undefined ? null : optionSet(call, 'SO_OOBINLINE');
      if (isSet !== null) return isSet;
    }
  }
  return false;
}

/** Offsets of the urgent bytes that a direction brought: the byte before the one that the urgent pointer names (Linux). */
function urgentOffsets(scene: TcpScene, flow: number, direction: number): number[] {
  const { wire, columns, capture } = scene;
  const offsets = new Set<number>();
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    const row = wire.rows[index] ?? 0;
    if (
      (columns.direction[row] ?? 0) !== direction ||
      ((columns.flags[row] ?? 0) & (URG | SYN | RST)) !== URG
    )
      continue;
    offsets.add((wire.from[row] ?? 0) + (urgentPointer(capture, row) ?? 0) - 1);
  }
  return [...offsets].sort((x, y) => x - y);
}

function explain(scene: TcpScene, segment: Segment): void {
  const { flags, sender, receiver, row } = segment;
  if (
    scene.hasCalls &&
    sender.calls === null &&
    sender.listener === null &&
    receiver.calls === null &&
    receiver.listener === null
  ) {
    explainStranger(scene, segment);
  } else if (flags & RST) explainReset(scene, segment);
  else if (flags & SYN) explainSyn(scene, segment);
  else if (!segment.placed && (flags & FIN) === 0) scene.reasons.set(row, 'unplaced');
  else if (segment.to > segment.from || flags & FIN) explainSegment(scene, segment);
  else explainAck(scene, segment);
}

/** Of no socket of the run; but where one listened before, or will, a SYN and the reset that answers it tell of that. */
function explainStranger(scene: TcpScene, segment: Segment): void {
  const { flags, row } = segment;
  const absent = deserted(scene, segment);
  if (absent === null) scene.reasons.set(row, 'foreign');
  else if ((flags & (SYN | ACK | RST)) === SYN) scene.reasons.set(row, 'syn', absent);
  else if (flags & RST && isRefusal(segment)) explainReset(scene, segment);
  else scene.reasons.set(row, 'foreign');
}

/** Links a segment with the sends whose bytes it carries: also when it carries them again. */
function linkSent(scene: TcpScene, { row, from, to, placed, sender }: Segment): void {
  const sends = sender.calls?.sends ?? NO_RANGES;
  if (from >= to || !placed) return;
  for (let index = firstAfter(sends, from); index < sends.length && (sends.from[index] ?? 0) < to; index++) {
    const start = Math.max(from, sends.from[index] ?? 0);
    scene.links.add('carries', sends.call[index] ?? 0, row, start, Math.min(to, sends.to[index] ?? 0));
  }
}

function noteSent(scene: TcpScene, { row, flags, from, to, acked, sender }: Segment): void {
  sender.lastRow = row;
  sender.sentAny = true;
  if (flags & RST) {
    sender.reset = true;
    return;
  }
  sender.spoke = true;
  if (flags & SYN) {
    sender.synRow = row;
    sender.synCount++;
    if (flags & ACK) sender.answered = true;
    sender.nxt = Math.max(sender.nxt, to);
  }
  if (to > from) {
    sender.probes = 0;
    if (sender.left.take(from, to) > 0) {
      noteFirst(scene, sender, row, from);
      if (to - from < segmentSize(scene, sender, row)) sender.smallTo = to;
    } else sender.resent.set(firstTransmission(scene, sender, from), row);
    sender.nxt = Math.max(sender.nxt, to);
  }
  if (flags & FIN) {
    sender.finAt = to;
    sender.finRow = row;
    sender.nxt = Math.max(sender.nxt, to + 1);
  }
  if (flags & ACK) {
    if (acked >= sender.lastAck) sender.lastAckRow = row;
    sender.lastAck = Math.max(sender.lastAck, acked);
    if (!(flags & SYN)) sender.handshakeDone = true;
    sender.lastWindow = scene.columns.window[row] ?? 0;
    settleAcknowledged(sender, acked);
  }
}

/** Keeps first transmissions in the order of the stream: one that was overtaken belongs before those that overtook it. */
function noteFirst({ wire }: TcpScene, { sent }: Side, row: number, from: number): void {
  let place = sent.length;
  while (place > 0 && (wire.from[sent.at(place - 1)] ?? 0) > from) place--;
  if (place === sent.length) sent.push(row);
  else sent.insert(place, row);
}

function settleAcknowledged(side: Side, acked: number): void {
  while (side.unackedHead < side.unacked.length && (side.unackedEnds[side.unackedHead] ?? 0) <= acked)
    side.unackedHead++;
  if (side.unackedHead < side.unacked.length && side.unacked.length - side.unackedHead < 4096)
    dropCovered(side, acked);
  if (side.unackedHead > 1024 && side.unackedHead * 2 > side.unacked.length) {
    side.unacked.splice(0, side.unackedHead);
    side.unackedEnds.splice(0, side.unackedHead);
    side.unackedHead = 0;
  }
}

/** Arrivals out of order may stand before earlier bytes that filled the hole. */
function dropCovered(side: Side, acked: number): void {
  let kept = side.unackedHead;
  for (let index = kept; index < side.unacked.length; index++) {
    if ((side.unackedEnds[index] ?? 0) <= acked) continue;
    side.unacked[kept] = side.unacked[index] ?? 0;
    side.unackedEnds[kept] = side.unackedEnds[index] ?? 0;
    kept++;
  }
  side.unacked.length = kept;
  side.unackedEnds.length = kept;
}

/** What the segment tells the end that it reaches. */
function deliver(scene: TcpScene, segment: Segment, shift: number | null): void {
  const { row, flags, from, to, sender, receiver } = segment;
  const before = receiver.heardRow;
  receiver.heardRow = row;
  if (flags & RST) {
    receiver.reset = true;
    if (receiver.resetRow < 0) receiver.resetRow = row;
    return;
  }
  if (flags & SYN) {
    if (receiver.heardSynRow >= 0) owe(scene, receiver, row, 'syn');
    receiver.heardSynRow = row;
    if ((flags & ACK) === 0 && receiver.heardRequestRow < 0) receiver.heardRequestRow = row;
  }
  if (flags & ACK) {
    hearAck(scene, segment, shift, before);
    establish(scene, segment);
  }
  if (from < to) hearBytes(scene, segment);
  if (flags & FIN) {
    if (receiver.heardFinRow >= 0) owe(scene, receiver, row, 'fin');
    else {
      receiver.heardFinRow = row;
      // Bytes before it are missing: it waits beyond the hole, as bytes would.
      if (from === to && receiver.arrivals.next < to) owe(scene, receiver, row, 'hole');
    }
    receiver.heardFinAt = to;
    receiver.unacked.push(row);
    receiver.unackedEnds.push(to + 1);
  } else if (
    from === to &&
    !(flags & SYN) &&
    from === sender.nxt - 1 &&
    from < expected(receiver) &&
    scene.reasons.kind(row) !== 'ack-old'
  ) {
    owe(scene, receiver, row, 'probe');
  }
}

/** The segment that acknowledges an end's SYN makes the call that waited for it return. */
function establish(scene: TcpScene, { row, ns, acked, receiver }: Segment): void {
  if (receiver.established || receiver.synCount === 0 || acked < 0) return;
  receiver.established = true;
  receiver.establishedRow = row;
  const opening = receiver.calls?.end.opening ?? null;
  if (opening === null || (scene.clock.exits[opening] ?? 0) < ns - scene.clock.slackNs) return;
  if (scene.calls[opening]?.ret === -1) return;
  scene.links.add('completes', opening, row);
}

function hearBytes(scene: TcpScene, { row, from, to, placed, receiver }: Segment): void {
  const { arrivals, pieces, calls } = receiver;
  const before = arrivals.next;
  const fresh = arrivals.take(from, to, (start, end) => {
    // Without calls nobody asks who took them.
    if (!placed || calls === null) return;
    pieces.row.push(row);
    pieces.from.push(start);
    pieces.to.push(end);
  });
  if (fresh === 0) owe(scene, receiver, row, 'duplicate');
  else if (arrivals.next === before || arrivals.hasHole) owe(scene, receiver, row, 'hole');
  if (fresh > 0) {
    receiver.unacked.push(row);
    receiver.unackedEnds.push(to);
  }
}

function hearAck(
  scene: TcpScene,
  { row, flags, from, to, acked, receiver }: Segment,
  shift: number | null,
  before: number,
): void {
  const raw = scene.columns.window[row] ?? 0;
  const window = flags & SYN ? raw : shift === null ? Number.NaN : raw * 2 ** shift;
  const pure = from === to && (flags & (SYN | FIN)) === 0;
  if (pure && acked === receiver.una && receiver.nxt > receiver.una)
    noteDuplicate(
      scene,
      row,
      receiver,
      acked === receiver.peerAck && raw > 0 && window === receiver.peerWindow,
    );
  if (acked > receiver.una) {
    receiver.flightBefore = receiver.nxt - receiver.una;
    receiver.unaBefore = receiver.una;
    receiver.beforeUnaRow = before;
    receiver.una = acked;
    receiver.unaRow = row;
    receiver.dupAcks = 0;
    if (receiver.sackedTo <= acked) receiver.sackedTo = -1;
    noteSacks(scene, row, receiver);
  }
  if (Number.isNaN(window)) receiver.edge = Number.POSITIVE_INFINITY;
  else if (acked >= receiver.peerAck) {
    const edge = acked + window;
    if (receiver.edgeRow < 0 || edge > receiver.edge) {
      receiver.edgeBefore = receiver.edgeRow < 0 ? edge : receiver.edge;
      receiver.usableBefore = receiver.edgeBefore - receiver.nxt;
      receiver.edge = edge;
      receiver.edgeRow = row;
    }
  }
  receiver.peerWindow = window;
  receiver.peerAck = Math.max(receiver.peerAck, acked);
}

/** With selective acknowledgements only those count that report bytes beyond a hole; else those that change nothing. */
function noteDuplicate(scene: TcpScene, row: number, receiver: Side, changesNothing: boolean): void {
  const sacked = noteSacks(scene, row, receiver);
  if (!sacked && (!changesNothing || usesSack(scene.wire, scene.columns.flow[row] ?? 0))) return;
  receiver.dupAcks++;
  receiver.dupAckRow = row;
}

/** Remembers how far selective acknowledgements reach. Returns whether there were any beyond the cumulative one. */
function noteSacks(scene: TcpScene, row: number, receiver: Side): boolean {
  const { columns, wire } = scene;
  let beyond = false;
  const edges = sackBlocks(scene.capture, scene.wire, row);
  for (let index = 1; index < edges.length; index += 2) {
    const right = (wire.acked[row] ?? 0) + (((edges[index] ?? 0) - (columns.ack[row] ?? 0)) | 0);
    if (right > (wire.acked[row] ?? 0)) beyond = true;
    receiver.sackedTo = Math.max(receiver.sackedTo, right);
  }
  if (beyond) receiver.dupAckRow = row;
  return beyond;
}

function noteLost({ untaken }: TcpScene, { row, flags, acked, receiver }: Segment): void {
  const fate = untaken.get(row)?.fate;
  if (fate !== undefined) {
    receiver.heardRow = row;
    if (fate !== 'answered') receiver.untakenRow = row;
    return;
  }
  if (flags & ACK) receiver.lostAck = Math.max(receiver.lostAck, acked);
}
