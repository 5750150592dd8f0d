import { ACK, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { at } from './at.ts';
import { isReceive, shutsWriting } from './call-kinds.ts';
import { NO_RANGES, totalOf } from './call-ranges.ts';
import type { Facts } from './facts.ts';
import { Arrivals } from './reassembly.ts';
import type { Side } from './tcp-side.ts';
import { type Check, isComplete, Report } from './verify-report.ts';

/** The invariants of TCP streams: bytes balance at every station, and nothing is acknowledged before it was sent. */
export function verifyTcp(facts: Facts): Check[] {
  return [balance(facts), acknowledgements(facts), handshakes(facts)];
}

/** What one direction of a connection did with its bytes. */
interface Balance {
  readonly label: string;
  /** Handed over by calls that returned; and at most, with one that did not. */
  readonly sent: number | null;
  readonly sentAtMost: number;
  readonly wire: number;
  readonly hole: boolean;
  readonly finAt: number;
  readonly aborted: boolean;
  readonly arrived: number;
  readonly taken: number | null;
  readonly sender: Side;
  readonly receiver: Side;
}

function balance(facts: Facts): Check {
  const report = new Report(
    'bytes balance: sent = on the wire + never sent; on the wire = received + unread + missing',
  );
  const complete = isComplete(facts.session.run);
  if (!complete) report.note('the capture may miss packets: gaps are not held against it');
  const sums = { sent: 0, unsent: 0, wire: 0, received: 0, unread: 0, missing: 0 };
  for (const [flow, both] of facts.sides.entries()) {
    if (both === null || (both[0].calls === null && both[1].calls === null)) continue;
    for (const direction of [0, 1] as const) {
      const found = measure(facts, flow, direction, both);
      checkSent(report, found, complete);
      checkTaken(report, facts, found);
      sums.sent += found.sent ?? found.wire;
      sums.unsent += Math.max(0, (found.sent ?? found.wire) - found.wire);
      sums.wire += found.wire;
      sums.received += found.taken ?? found.arrived;
      sums.unread += found.arrived - (found.taken ?? found.arrived);
      sums.missing += found.wire - found.arrived;
    }
  }
  report.note(`${sums.sent} sent = ${sums.wire} on the wire + ${sums.unsent} never sent`);
  report.note(
    `${sums.wire} on the wire = ${sums.received} received + ${sums.unread} left unread + ${sums.missing} missing`,
  );
  return report.result();
}

function measure(
  { capture, wire, session }: Facts,
  flow: number,
  direction: 0 | 1,
  both: readonly [Side, Side],
): Balance {
  const { columns } = capture;
  const sender = both[direction];
  const receiver = both[direction === 0 ? 1 : 0];
  const seen = new Arrivals();
  let bytes = 0;
  for (let index = at(wire.start, flow); index < at(wire.start, flow + 1); index++) {
    const row = at(wire.rows, index);
    const flags = at(columns.flags, row);
    if (at(columns.protocol, row) !== PROTOCOL.tcp || at(columns.direction, row) !== direction || flags & RST)
      continue;
    const from = at(wire.from, row) + (flags & SYN ? 1 : 0);
    // A keep-alive's byte before the stream belongs to nobody.
    if (from >= 0) bytes += seen.take(from, from + at(columns.payloadLen, row));
  }
  const sends = sender.calls?.sends ?? NO_RANGES;
  const last = sends.length === 0 ? undefined : session.calls[at(sends.call, sends.length - 1)];
  const open = last !== undefined && last.exitNs === null;
  const sent = sender.calls === null ? null : open ? at(sends.from, sends.length - 1) : totalOf(sends);
  const { addressA, portA, addressB, portB } = capture.flows.get(flow);
  const [from, to] =
    direction === 0
      ? [`${addressA}:${portA}`, `${addressB}:${portB}`]
      : [`${addressB}:${portB}`, `${addressA}:${portA}`];
  return {
    label: `${from} → ${to}`,
    sent,
    sentAtMost: sender.calls === null ? Number.POSITIVE_INFINITY : totalOf(sends),
    wire: bytes,
    hole: seen.hasHole,
    finAt: sender.finAt,
    aborted: sender.reset || receiver.reset,
    arrived: receiver.arrivals.next,
    taken: receiver.calls === null ? null : totalOf(receiver.calls.receives),
    sender,
    receiver,
  };
}

function checkSent(report: Report, found: Balance, complete: boolean): void {
  const { label, sent, sentAtMost, wire, hole, finAt, aborted } = found;
  if (complete) report.expect(!hole, () => `${label}: bytes are missing on the wire`);
  report.expect(wire <= sentAtMost, () => `${label}: ${wire} bytes on the wire, ${sentAtMost} sent`);
  if (sent === null || !complete) return;
  const ended = Number.isFinite(finAt);
  // A FIN stands after the last byte: all that was sent has left. Without one, an abort may have thrown bytes away.
  if (ended)
    report.expect(
      finAt >= sent && finAt <= sentAtMost && wire === finAt,
      () => `${label}: ${sent} bytes sent, the FIN stands at ${finAt}, ${wire} on the wire`,
    );
  else if (!aborted && found.sender.calls?.close === null) {
    report.expect(
      wire >= sent || isHeldBack(found),
      () => `${label}: ${sent - wire} bytes never left though nothing ended the connection`,
    );
  }
}

/** Bytes may rightly stay in the send buffer: no acknowledgement came for what had left, or the window had no room. */
function isHeldBack({ sender, wire }: Balance): boolean {
  return sender.una < wire || sender.edge <= sender.nxt || sender.calls?.shutdown === null;
}

function checkTaken(report: Report, facts: Facts, found: Balance): void {
  const { label, taken, arrived, receiver, finAt } = found;
  if (taken === null || receiver.calls === null) return;
  report.expect(taken <= arrived, () => `${label}: ${taken} bytes received, only ${arrived} arrived`);
  const { calls } = facts.session;
  for (const index of receiver.calls.end.calls) {
    const call = calls[index];
    if (call === undefined || !isReceive(call) || call.ret !== 0 || call.length === 0) continue;
    const heard =
      receiver.heardFinRow >= 0 &&
      at(facts.clock.packets, receiver.heardFinRow) <= at(facts.clock.exits, index);
    const reset =
      receiver.resetRow >= 0 && at(facts.clock.packets, receiver.resetRow) <= at(facts.clock.exits, index);
    const shut = receiver.calls.end.calls.some(
      (other) => other < index && calls[other]?.name === 'shutdown' && !onlyWriting(facts, other),
    );
    report.expect(
      heard || reset || shut,
      () => `${label}: call ${call.id} saw the end of the stream before any FIN came`,
    );
    if (heard && !shut)
      report.expect(
        taken === finAt,
        () => `${label}: the end of the stream was seen after ${taken} of ${finAt} bytes`,
      );
  }
  const { close } = receiver.calls;
  if (close !== null && arrived > taken) {
    const before = unreadBefore(facts, receiver, close) > taken;
    report.expect(
      !before || receiver.reset,
      () => `${label}: ${arrived - taken} bytes were unread at close, and no reset followed`,
    );
  }
}

function onlyWriting({ session }: Facts, index: number): boolean {
  const call = session.calls[index];
  return call !== undefined && shutsWriting(call) && call.args.how !== 'SHUT_RDWR';
}

/** Bytes that had arrived in order before a call was entered. */
function unreadBefore({ clock }: Facts, { pieces }: Side, call: number): number {
  const before = new Arrivals();
  for (let index = 0; index < pieces.row.length; index++) {
    if (at(clock.packets, at(pieces.row, index)) < at(clock.enters, call))
      before.take(at(pieces.from, index), at(pieces.to, index));
  }
  return before.next;
}

/** No end acknowledges what the other has not sent by then; and its acknowledgements are of what arrived. */
function acknowledgements(facts: Facts): Check {
  const report = new Report('nothing is acknowledged before it was sent');
  if (!isComplete(facts.session.run)) {
    report.note('not checked: the capture may miss packets');
    return report.result();
  }
  const { capture, wire } = facts;
  const { columns } = capture;
  for (const [flow, both] of facts.sides.entries()) {
    if (both === null) continue;
    const next = [0, 0];
    for (let index = at(wire.start, flow); index < at(wire.start, flow + 1); index++) {
      const row = at(wire.rows, index);
      const flags = at(columns.flags, row);
      if (at(columns.protocol, row) !== PROTOCOL.tcp) continue;
      const direction = at(columns.direction, row);
      const from = at(wire.from, row) + (flags & SYN ? 1 : 0);
      const end = from + at(columns.payloadLen, row) + (flags & FIN ? 1 : 0);
      if ((flags & RST) === 0) next[direction] = Math.max(at(next, direction), end);
      if ((flags & ACK) === 0 || at(wire.synSeen, flow * 2 + 1 - direction) === 0) continue;
      const acked = at(wire.acked, row);
      // Only acknowledging the SYN is as far back as an acknowledgement can go.
      report.expect(
        acked >= 0 && acked <= at(next, 1 - direction),
        () => `row ${row} acknowledges ${acked} of ${at(next, 1 - direction)} bytes sent`,
      );
      if ((flags & RST) === 0)
        report.expect(from <= at(next, direction), () => `row ${row} goes beyond what was sent`);
    }
  }
  return report.result();
}

/** connect() and accept() return only when the handshake allows it, and every one that did has its connection here. */
function handshakes({ ends, session, sides, clock }: Facts): Check {
  const report = new Report('connect and accept have their handshakes');
  const complete = isComplete(session.run);
  for (const index of complete ? ends.unmatched : [])
    report.expect(false, () => `call ${session.calls[index]?.id} has no connection in the capture`);
  for (const end of ends.ends) {
    if (end === null || end.opening === null) continue;
    const call = session.calls[end.opening];
    const side = sides[end.flow]?.[end.side];
    if (call === undefined || side === undefined || call.ret === null || call.ret < 0) continue;
    const row = side.establishedRow;
    report.expect(
      row >= 0 && at(clock.packets, row) <= at(clock.exits, end.opening),
      () => `call ${call.id} returned before its handshake`,
    );
  }
  return report.result();
}
