import { endpointText } from '../timeline/addresses.ts';
import { isReceive } from '../timeline/call-kinds.ts';
import type { CallRanges } from '../timeline/call-ranges.ts';
import type { Facts } from '../timeline/facts.ts';
import type { PacketKind } from '../timeline/reason-table.ts';
import { clientSide } from '../timeline/tcp-ends.ts';
import type { Side } from '../timeline/tcp-side.ts';
import type { Finding } from '../timeline/types.ts';
import { CONNECTED_TO, SERVING } from '../words/parts.ts';
import { say } from '../words/text.ts';
import { FINDINGS_A_STEP, Proof } from './proof.ts';

const NS_PER_MS = 1e6;

/** Findings about TCP connections, one of each kind for each direction. */
export function* tcpFindings(facts: Facts): Generator<void, Finding[]> {
  const findings: Finding[] = [];
  for (const [flow, both] of facts.sides.entries()) {
    if (both === null || (both[0].calls === null && both[1].calls === null)) continue;
    for (const direction of [0, 1] as const) {
      findings.push(
        ...(yield* directionFindings(facts, flow, direction, both[direction], both[direction === 0 ? 1 : 0])),
      );
    }
    const unaccepted = neverAccepted(facts, flow, both);
    if (unaccepted !== null) findings.push(unaccepted);
    const ignored = ignoredHandshake(facts, flow, both);
    if (ignored !== null) findings.push(ignored);
  }
  return findings;
}

type Proving = Readonly<
  Record<
    | 'again'
    | 'coalesced'
    | 'split'
    | 'nagle'
    | 'window'
    | 'zero'
    | 'pushed'
    | 'reset'
    | 'refused'
    | 'unread'
    | 'exit',
    Proof
  >
>;

function* directionFindings(
  facts: Facts,
  flow: number,
  direction: 0 | 1,
  sender: Side,
  receiver: Side,
): Generator<void, Finding[]> {
  const proofs: Proving = {
    again: new Proof(),
    coalesced: new Proof(),
    split: new Proof(),
    nagle: new Proof(),
    window: new Proof(),
    zero: new Proof(),
    pushed: new Proof(),
    reset: new Proof(),
    refused: new Proof(),
    unread: new Proof(),
    exit: new Proof(),
  };
  const { wire, capture } = facts;
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % FINDINGS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    if ((capture.columns.direction[row] ?? 0) === direction) lookAt(facts, row, proofs);
  }
  const split = yield* splitSends(facts, sender);
  const name = nameOf(facts, flow, direction, sender);
  const other = nameOf(facts, flow, direction === 0 ? 1 : 0, receiver);
  const params = { sender: name, receiver: other };
  const ends = {
    owner: roleOf(sender) ?? addressOf(facts, flow, direction),
    peer: soleNameOf(facts, flow, direction === 0 ? 1 : 0, receiver),
  };
  const finding = (kind: string, severity: Finding['severity'], proof: Proof): Finding[] => {
    const { count, most, total, calls, packets } = proof;
    return count === 0
      ? []
      : [{ kind, severity, params: { ...params, ...ends, count, ms: most, total }, calls, packets }];
  };
  return [
    ...finding('refused', 'warning', proofs.refused),
    ...finding('sent-again', 'warning', proofs.again),
    ...finding('closed-unread', 'warning', proofs.unread),
    ...finding('reset', 'warning', proofs.reset),
    ...finding('closed-window', 'note', proofs.zero),
    ...finding('window-full', 'note', proofs.window),
    ...finding('nagle-wait', 'note', proofs.nagle),
    ...finding('pushed-out', 'note', proofs.pushed),
    ...finding('ended-without-close', 'note', proofs.exit),
    ...finding('coalesced', 'chat', proofs.coalesced),
    ...finding('split-send', 'chat', split),
    ...(yield* readFindings(facts, receiver, params)),
  ];
}

const RESETS: ReadonlySet<PacketKind> = new Set([
  'rst-linger',
  'rst-closed',
  'rst-ended',
  'rst-exit',
  'rst-aborted',
  'rst-listener',
  'rst-half-open',
  'rst-unknown',
  'rst-gone',
  'rst-outsider',
  'rst-plain',
  'rst-rejected',
]);

function lookAt(facts: Facts, row: number, proofs: Proving): void {
  const { reasons, links, clock } = facts;
  const kind = reasons.kind(row);
  const value = reasons.values[row] ?? 0;
  const packet = reasons.packets[row] ?? 0;
  const proved = packet >= 0 ? [row, packet] : [row];
  const carried = links
    .ofPacket(row)
    .filter(({ relation }) => relation === 'carries')
    .map(({ call }) => call);
  if (kind.startsWith('again') || kind === 'fin-again' || kind === 'syn-again' || kind === 'syn-ack-again') {
    // The packet of a needless one is the ACK before it, and not the copy before it.
    const since = packet < 0 ? 0 : ((clock.packets[row] ?? 0) - (clock.packets[packet] ?? 0)) / NS_PER_MS;
    proofs.again.add(carried, proved, kind === 'again-needless' ? value : since);
  } else if (carried.length > 1) proofs.coalesced.add(carried, [row]);
  const call = reasons.calls[row] ?? 0;
  const calls = call >= 0 ? [call] : [];
  if (kind === 'data-nagle') proofs.nagle.add(carried, proved, value);
  else if (kind === 'data-window') proofs.window.add(carried, proved, value);
  else if (kind === 'zero-window') proofs.zero.add(calls, proved, value);
  else if (kind === 'data-pushed' || kind === 'fin-data') proofs.pushed.add([...calls, ...carried], [row]);
  else if (kind === 'rst-refused') proofs.refused.add(calls, proved);
  else if (kind === 'rst-unread') proofs.unread.add(calls, [row], value);
  else if (kind === 'fin-exit') proofs.exit.add([], [row]);
  else if (RESETS.has(kind)) proofs.reset.add(calls, proved);
}

/** Sends whose bytes left in several segments. */
function* splitSends({ links, reasons }: Facts, sender: Side): Generator<void, Proof> {
  const proof = new Proof();
  const { sends } = sender.calls ?? { sends: null };
  for (let index = 0; sends !== null && index < sends.length; index++) {
    if (index % FINDINGS_A_STEP === 0) yield;
    const call = sends.call[index] ?? 0;
    const packets = links
      .ofCall(call)
      .filter(({ relation, packet }) => relation === 'carries' && !reasons.kind(packet).startsWith('again'))
      .map(({ packet }) => packet);
    if (packets.length > 1) proof.add([call], packets, packets.length);
  }
  return proof;
}

/** How receives and segments meet: a stream has no borders of messages. */
function* readFindings(facts: Facts, receiver: Side, params: Finding['params']): Generator<void, Finding[]> {
  const receives: CallRanges | null = receiver.calls?.receives ?? null;
  if (receives === null || receives.length === 0) return [];
  const many = new Proof();
  const readsOf = new Map<number, number>();
  const parts = new Proof();
  for (let index = 0; index < receives.length; index++) {
    if (index % FINDINGS_A_STEP === 0) yield;
    const call = receives.call[index] ?? 0;
    const taken = facts.links.ofCall(call).filter(({ relation }) => relation === 'consumes');
    if (taken.length > 1)
      many.add(
        [call],
        taken.map(({ packet }) => packet),
        taken.length,
      );
    for (const { packet } of taken) readsOf.set(packet, (readsOf.get(packet) ?? 0) + 1);
  }
  let looked = 0;
  for (const [packet, count] of readsOf) {
    if (looked++ % FINDINGS_A_STEP === 0) yield;
    if (count < 2) continue;
    const calls = facts.links
      .ofPacket(packet)
      .filter(({ relation }) => relation === 'consumes')
      .map(({ call }) => call);
    parts.add(calls, [packet], count);
  }
  const findings: Finding[] = [];
  for (const [kind, proof] of [
    ['segments-per-recv', many],
    ['recvs-per-segment', parts],
  ] as const) {
    const { count, most, calls, packets } = proof;
    if (count > 0)
      findings.push({ kind, severity: 'chat', params: { ...params, count, most }, calls, packets });
  }
  return findings;
}

function neverAccepted(facts: Facts, flow: number, both: readonly [Side, Side]): Finding | null {
  const { ends, wire } = facts;
  const client = clientSide(wire, flow);
  const server = both[client === 0 ? 1 : 0];
  const listener = ends.listeners[flow] ?? null;
  if (listener === null || server.calls !== null || !server.established) return null;
  return {
    kind: 'never-accepted',
    severity: 'warning',
    params: { sender: nameOf(facts, flow, client, both[client]), receiver: listener.endpoint },
    calls: [listener.listen],
    packets: [server.establishedRow],
  };
}

/** The packets of a connection that came while its listener's accept queue was full, and were ignored. */
function ignoredHandshake(facts: Facts, flow: number, both: readonly [Side, Side]): Finding | null {
  const { wire, untaken, ends } = facts;
  const packets: number[] = [];
  for (let place = wire.start[flow] ?? 0; untaken.size > 0 && place < (wire.start[flow + 1] ?? 0); place++) {
    const row = wire.rows[place] ?? 0;
    if (untaken.get(row)?.fate === 'full') packets.push(row);
  }
  const listen = ends.listeners[flow]?.listen;
  if (packets.length === 0 || listen === undefined) return null;
  const client = clientSide(wire, flow);
  const { establishedRow, calls: accepted } = both[client === 0 ? 1 : 0];
  const waiting = accepted === null ? waitingRecv(facts, both[client]) : null;
  if (waiting !== null)
    return { kind: 'handshake-waits', severity: 'warning', params: {}, calls: [waiting, listen], packets };
  return {
    kind: establishedRow < 0 ? 'handshake-never-taken' : 'handshake-taken-late',
    severity: 'warning',
    params: { sender: nameOf(facts, flow, client, both[client]), count: packets.length },
    calls: [listen],
    packets: establishedRow < 0 ? packets : [establishedRow, ...packets],
  };
}

/** The call of this end that waited for data to the end of the run; null where there is none. */
function waitingRecv({ session }: Facts, { calls }: Side): number | null {
  const found = calls?.end.calls.findLast((index) => {
    const call = session.calls[index];
    return call !== undefined && call.exitNs === null && isReceive(call);
  });
  return found ?? null;
}

/**
 * The role at an end, or its address when nobody of the run is there. A role that has several connections is named with
 * the other end: 'server for client 3'.
 */
function nameOf(facts: Facts, flow: number, side: 0 | 1, self: Side): string {
  const role = roleOf(self);
  if (role === null) return addressOf(facts, flow, side);
  if (!hasSeveral(facts, role)) return role;
  const other = side === 0 ? 1 : 0;
  const peer = facts.sides[flow]?.[other];
  const word = say(clientSide(facts.wire, flow) === side ? CONNECTED_TO : SERVING);
  return `${role} ${word} ${soleNameOf(facts, flow, other, peer)}`;
}

/** The role at an end where that has this connection alone, else its address. */
function soleNameOf(facts: Facts, flow: number, side: 0 | 1, self: Side | undefined): string {
  const role = self === undefined ? null : roleOf(self);
  return role !== null && !hasSeveral(facts, role) ? role : addressOf(facts, flow, side);
}

function roleOf({ calls, listener }: Side): string | null {
  return calls?.end.socket.role ?? listener?.socket.role ?? null;
}

function addressOf({ capture }: Facts, flow: number, side: 0 | 1): string {
  const { addressA, portA, addressB, portB } = capture.flows.get(flow);
  return side === 0 ? endpointText(addressA, portA) : endpointText(addressB, portB);
}

const CONNECTIONS = new WeakMap<Facts, ReadonlyMap<string, number>>();

function hasSeveral(facts: Facts, role: string): boolean {
  let counts = CONNECTIONS.get(facts);
  if (counts === undefined) {
    counts = countConnections(facts);
    CONNECTIONS.set(facts, counts);
  }
  return (counts.get(role) ?? 0) > 1;
}

/** How many connections each role has an end of. */
function countConnections({ sides }: Facts): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const both of sides) {
    for (const role of new Set((both ?? []).map(roleOf)))
      if (role !== null) counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return counts;
}
