import { canonicalEndpoint, endpointText, isAnyHost, parseEndpoint } from './addresses.ts';
import { isAccept, isReceive, isSend } from './call-kinds.ts';
import { isComplete } from './completeness.ts';
import type { Facts } from './facts.ts';
import type { Relation } from './types.ts';
import { type Check, Report } from './verify-report.ts';

/** What must be true of the links between calls and packets, and of what has none. */
export function verifyLinks(facts: Facts): Check[] {
  return [reasons(facts), causality(facts), incarnations(facts), addresses(facts), callsHavePackets(facts)];
}

/** Kinds that say why a packet is not explained, not why it exists. */
const NO_REASON: ReadonlySet<string> = new Set(['unexplained', 'damaged', 'cut-short', 'not-decoded']);

function reasons({ reasons: table, session, capture }: Facts): Check {
  const report = new Report('every packet has a reason');
  const isolated = session.run?.network.net === 'private';
  for (let row = 0; row < capture.columns.length; row++) {
    const kind = table.kind(row);
    report.expect(!NO_REASON.has(kind), () => `row ${row} is ${kind}`);
    // Nobody else is in a private network.
    report.expect(kind !== 'foreign' || !isolated, () => `row ${row} is of no socket of the run`);
  }
  return report.result();
}

/** These calls make packets: they are entered first. The others are made to return by packets, which come first. */
const CALL_FIRST: ReadonlySet<Relation> = new Set(['causes', 'carries', 'pushes', 'opens', 'answers']);

function causality({ links, clock, session, reasons: table, capture, ends }: Facts): Check {
  const { columns } = capture;
  const report = new Report('no effect comes before its cause');
  if (clock.slackNs > 0)
    report.note(
      'packets bear the times of their arrival: that those came first which made a call return is not checked',
    );
  for (let index = 0; index < links.length; index++) {
    const { call, packet, relation } = links.get(index);
    const ns = clock.packets[packet] ?? 0;
    const holds = CALL_FIRST.has(relation)
      ? (clock.enters[call] ?? 0) <= ns
      : ns - clock.slackNs <= (clock.exits[call] ?? 0);
    report.expect(
      holds,
      () =>
        `row ${packet} ${relation} ${session.calls[call]?.name} (call ${session.calls[call]?.id}) in the wrong order`,
    );
  }
  for (let row = 0; row < columns.length; row++) {
    const kind = table.kind(row);
    if (kind !== 'fin-exit' && kind !== 'rst-exit') continue;
    // The kernel closes for a process that has ended: it makes no call any more.
    const end = ends.ends[(columns.flow[row] ?? 0) * 2 + (columns.direction[row] ?? 0)];
    const used = end?.calls.some((call) => (clock.enters[call] ?? 0) > (clock.packets[row] ?? 0)) ?? false;
    report.expect(!used, () => `row ${row} ends a socket that is still used`);
  }
  return report.result();
}

/** Calls of one connection are linked with its packets only, even when the same four-tuple is used again. */
function incarnations({ links, ends, capture, session }: Facts): Check {
  const report = new Report('no link crosses two incarnations of a four-tuple');
  const flowOf = new Int32Array(session.calls.length).fill(-1);
  for (const end of ends.ends) for (const call of end?.calls ?? []) flowOf[call] = end?.flow ?? -1;
  for (let index = 0; index < links.length; index++) {
    const { call, packet } = links.get(index);
    const flow = flowOf[call] ?? 0;
    if (flow >= 0)
      report.expect(
        (capture.columns.flow[packet] ?? 0) === flow,
        () => `call ${session.calls[call]?.id} is linked with row ${packet} of another connection`,
      );
  }
  return report.result();
}

/** The addresses that calls report are those of the packets. */
function addresses({ ends, capture, session, udp }: Facts): Check {
  const report = new Report('calls and packets agree on addresses');
  for (const end of ends.ends) {
    if (end === null) continue;
    const { addressA, portA, addressB, portB } = capture.flows.get(end.flow);
    const a = endpointText(addressA, portA);
    const b = endpointText(addressB, portB);
    const [own, other] = end.side === 0 ? [a, b] : [b, a];
    const opened = end.opening ?? -1;
    for (const index of [...end.calls, opened]) {
      const call = session.calls[index];
      if (call === undefined || (index < opened && !isAccept(call))) continue;
      report.expect(fits(call.local, own), () => `call ${call.id} says ${call.local}, packets ${own}`);
      report.expect(fits(call.remote, other), () => `call ${call.id} says ${call.remote}, packets ${other}`);
    }
  }
  for (const { life } of udp?.sockets ?? []) {
    const ports = new Set(
      life.calls
        .map((index) => parseEndpoint(session.calls[index]?.local)?.port)
        .filter((port) => port !== undefined && port !== 0),
    );
    report.expect(ports.size <= 1, () => `${life.id} has several ports`);
  }
  for (const { flow, direction, send, reads } of udp?.datagrams ?? []) {
    const { addressA, portA, addressB, portB } = capture.flows.get(flow);
    const [from, to] =
      direction === 0
        ? [endpointText(addressA, portA), endpointText(addressB, portB)]
        : [endpointText(addressB, portB), endpointText(addressA, portA)];
    const sent = send === null ? undefined : session.calls[send];
    report.expect(
      sent === undefined || (fits(sent.local, from) && fits(sent.remote, to)),
      () => `call ${sent?.id} says ${sent?.local} → ${sent?.remote}, the packet ${from} → ${to}`,
    );
    for (const read of reads) {
      const call = session.calls[read];
      report.expect(
        call === undefined || (fits(call.local, to) && fits(call.remote, from)),
        () => `call ${call?.id} says it got a datagram from ${call?.remote}, the packet ${from}`,
      );
    }
  }
  return report.result();
}

/** Whether what a call reports may be this endpoint: unknown, a wildcard with its port, or the same. */
function fits(said: string | null, is: string): boolean {
  if (said === null) return true;
  const endpoint = parseEndpoint(said);
  if (endpoint === null) return false;
  if (canonicalEndpoint(said) === canonicalEndpoint(is)) return true;
  const real = parseEndpoint(is);
  return isAnyHost(endpoint.host) && (endpoint.port === real?.port || endpoint.port === 0);
}

/** A call that moved bytes over the network has packets, or is known to have left none. */
function callsHavePackets({ session, links, sockets, sides, ends }: Facts): Check {
  const report = new Report('every call that touched the wire has its packets');
  if (!isComplete(session.run)) {
    report.note('not checked: the capture may miss packets');
    return report.result();
  }
  const flowOf = new Map<number, number>();
  for (const end of ends.ends)
    for (const call of end?.calls ?? []) if (end !== null) flowOf.set(call, end.flow);
  for (const [index, call] of session.calls.entries()) {
    if (call.ret === null || call.ret <= 0 || call.socket === null || sockets.get(call.socket)?.unix === true)
      continue;
    if (!isSend(call) && !isReceive(call)) continue;
    const relation = isSend(call) ? 'carries' : 'consumes';
    const has = links.ofCall(index).some((link) => link.relation === relation);
    if (has || sockets.get(call.socket)?.type === 'raw') {
      report.expect(true, () => '');
      continue;
    }
    const args = String(call.args.flags ?? '');
    if (isReceive(call) && /MSG_PEEK|MSG_OOB|MSG_ERRQUEUE/.test(args)) continue;
    const flow = flowOf.get(index);
    const both = flow === undefined ? null : sides[flow];
    // Bytes in the send buffer of a connection that was aborted, or that never got so far, leave nothing on the wire.
    const thrown =
      isSend(call) &&
      both != null &&
      (both[0].reset || both[1].reset || both.every(({ finRow }) => finRow < 0));
    report.expect(
      thrown,
      () => `${call.role} ${call.name} (call ${call.id}) moved ${call.ret} bytes, of which no packet tells`,
    );
  }
  return report.result();
}
