import { PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { isReceive, shutsWriting } from './call-kinds.ts';
import { NO_RANGES, totalOf } from './call-ranges.ts';
import { isComplete } from './completeness.ts';
import type { Facts } from './facts.ts';
import { Arrivals } from './reassembly.ts';
import type { Side } from './tcp-side.ts';
import { type Check, Report } from './verify-report.ts';
import { acknowledgements, rules } from './verify-segments.ts';

/** The invariants of TCP streams: bytes balance at every station, and nothing is acknowledged before it was sent. */
export function verifyTcp(facts: Facts): Check[] {
  return [balance(facts), acknowledgements(facts), rules(facts), handshakes(facts), errors(facts)];
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
      if (complete) checkTaken(report, facts, found);
      sums.sent += found.sent ?? found.wire;
      sums.unsent += Math.max(0, (found.sent ?? found.wire) - found.wire);
      sums.wire += found.wire;
      sums.received += found.taken ?? found.arrived;
      sums.unread += found.arrived - (found.taken ?? found.arrived);
      sums.missing += found.wire - found.arrived;
    }
  }
  if (complete) report.note(`${sums.sent} sent = ${sums.wire} on the wire + ${sums.unsent} never sent`);
  if (complete)
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
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    const row = wire.rows[index] ?? 0;
    const flags = columns.flags[row] ?? 0;
    if (
      (columns.protocol[row] ?? 0) !== PROTOCOL.tcp ||
      (columns.direction[row] ?? 0) !== direction ||
      flags & RST
    )
      continue;
    const from = (wire.from[row] ?? 0) + (flags & SYN ? 1 : 0);
    // A keep-alive's byte before the stream belongs to nobody.
    if (from >= 0) bytes += seen.take(from, from + (columns.payloadLen[row] ?? 0));
  }
  const sends = sender.calls?.sends ?? NO_RANGES;
  const last = sends.length === 0 ? undefined : session.calls[sends.call[sends.length - 1] ?? 0];
  const open = last !== undefined && last.exitNs === null;
  const sent = sender.calls === null ? null : open ? (sends.from[sends.length - 1] ?? 0) : totalOf(sends);
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
      (facts.clock.packets[receiver.heardFinRow] ?? 0) <= (facts.clock.exits[index] ?? 0);
    const reset =
      receiver.resetRow >= 0 &&
      (facts.clock.packets[receiver.resetRow] ?? 0) <= (facts.clock.exits[index] ?? 0);
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
    if ((clock.packets[pieces.row[index] ?? 0] ?? 0) < (clock.enters[call] ?? 0))
      before.take(pieces.from[index] ?? 0, pieces.to[index] ?? 0);
  }
  return before.next;
}

/** connect() and accept() return only when the handshake allows it, and every one that did has its connection here. */
function handshakes({ ends, session, sides, clock }: Facts): Check {
  const report = new Report('connect and accept have their handshakes');
  const complete = isComplete(session.run);
  for (const index of complete ? ends.unmatched : [])
    report.expect(false, () => `call ${session.calls[index]?.id} has no connection in the capture`);
  if (!complete) report.note('not checked: the capture may miss packets');
  for (const end of complete ? ends.ends : []) {
    if (end === null || end.opening === null) continue;
    const call = session.calls[end.opening];
    const side = sides[end.flow]?.[end.side];
    if (call === undefined || side === undefined || call.ret === null || call.ret < 0) continue;
    const row = side.establishedRow;
    report.expect(
      row >= 0 && (clock.packets[row] ?? 0) - clock.slackNs <= (clock.exits[end.opening] ?? 0),
      () => `call ${call.id} returned before its handshake`,
    );
  }
  return report.result();
}

/** Errors that a call can only have from the network have their packets. */
const NETWORK_ERRORS: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE']);

function errors({ ends, session, sides, links, clock }: Facts): Check {
  const report = new Report('network errors and successes have their packets');
  const { calls } = session;
  for (const end of ends.ends) {
    const side = end === null ? undefined : sides[end.flow]?.[end.side];
    if (end === null || side === undefined) continue;
    const opening = end.opening === null ? undefined : calls[end.opening];
    const moved = (side.calls?.sends.length ?? 0) + (side.calls?.receives.length ?? 0) > 0;
    const failed = opening?.ret === -1 && opening.errno !== 'EINPROGRESS' && opening.errno !== 'EINTR';
    report.expect(!failed || !moved, () => `call ${opening?.id} failed, but the connection was used`);
    if (!isComplete(session.run)) continue;
    for (const index of end.calls) {
      const call = calls[index];
      if (call === undefined || call.ret !== -1 || !NETWORK_ERRORS.has(call.errno ?? '')) continue;
      const told = links.ofCall(index).some(({ relation }) => relation === 'completes');
      // Writing after one's own shutdown fails without the network.
      const shut =
        side.calls?.shutdown != null && (clock.enters[side.calls.shutdown] ?? 0) < (clock.enters[index] ?? 0);
      report.expect(
        told || (shut && call.errno === 'EPIPE'),
        () => `call ${call.id} failed with ${call.errno}, but no reset came`,
      );
    }
  }
  return report.result();
}
