import type { Capture } from '../../capture/capture.ts';
import { FIN, PROTOCOL, SYN } from '../../capture/columns.ts';
import { knownLinkType } from '../../capture/decode/link-type-names.ts';
import { type AcceptQueue, acceptQueueAt } from './accept-queue.ts';
import type { Facts } from './facts.ts';
import { probeSilence } from './probe-answers.ts';
import type { Reason } from './types.ts';

/** `params.why` of packets that were sent again, by the detail that the walk left. */
const WHY_WORDS = [
  ...([
    'unknown',
    'lost',
    'answer-lost',
    'asked',
    'ignored',
    'not-taken',
    'crossed',
    'heard',
    'arrived',
    'no-room',
  ] as const),
];

/**
 * The reason of one packet as an object. Its params: numbers of the walk (ms, count, bytes), and always for TCP `from`,
 * `to` (bytes it carries, `to` exclusive) and `acked`; `calls` and `packets` begin with those that the words name.
 */
export function makeReason(facts: Facts, row: number): Reason {
  const { capture, reasons, links, session } = facts;
  const { columns } = capture;
  const kind = reasons.kind(row);
  const calls: number[] = [];
  const packets: number[] = [];
  if ((reasons.calls[row] ?? 0) >= 0) calls.push(reasons.calls[row] ?? 0);
  if ((reasons.packets[row] ?? 0) >= 0) packets.push(reasons.packets[row] ?? 0);
  for (const { call, relation } of links.ofPacket(row)) {
    if (relation !== 'consumes' && relation !== 'completes' && !calls.includes(call)) calls.push(call);
  }
  const protocol = columns.protocol[row] ?? 0;
  const params: Record<string, string | number> = {};
  if (protocol === PROTOCOL.tcp) tcpParams(facts, row, params);
  else if (protocol === PROTOCOL.udp) udpParams(facts, row, params, calls, packets);
  else icmpParams(facts, row, params);
  if (kind === 'rst-refused') params.calls = session.calls.length > 0 ? 1 : 0;
  if (kind === 'syn' || kind === 'syn-again') queueParams(facts, row, params);
  if (kind === 'zero-window-probe' || kind === 'keep-alive') params.answer = probeSilence(facts, row) ?? '';
  const untaken = facts.untaken.get(row);
  if (untaken !== undefined)
    Object.assign(params, { untaken: untaken.fate, waiting: untaken.waiting, backlog: untaken.backlog });
  params.ms = reasons.values[row] ?? 0;
  params.value = reasons.values[row] ?? 0;
  params.count = reasons.counts[row] ?? 0;
  params.detail = reasons.details[row] ?? 0;
  return { kind, params, calls, packets };
}

function tcpParams(
  { capture, wire, reasons, links }: Facts,
  row: number,
  params: Record<string, string | number>,
): void {
  const { columns } = capture;
  const syn = (columns.flags[row] ?? 0) & SYN ? 1 : 0;
  const from = (wire.from[row] ?? 0) + syn;
  params.from = from;
  params.to = from + (columns.payloadLen[row] ?? 0);
  const acked = wire.acked[row] ?? 0;
  if (!Number.isNaN(acked)) params.acked = acked;
  params.fin = (columns.flags[row] ?? 0) & FIN ? 1 : 0;
  params.why = WHY_WORDS[reasons.details[row] ?? 0] ?? 'unknown';
  params.sends = links.ofPacket(row).filter(({ relation }) => relation === 'carries').length;
  params.port = destinationPort(capture, row);
}

/** What answers a SYN does so within this time; a repeated SYN comes after a second. */
const ANSWERED_NS = 100e6;

/** Why nobody answered the SYN before this one, and whether this one is not answered either: a full accept queue. */
function queueParams(facts: Facts, row: number, params: Record<string, string | number>): void {
  const previous = facts.reasons.packets[row] ?? -1;
  if (previous >= 0 && params.why === 'unknown') {
    const before = fullQueueAt(facts, previous);
    if (before !== null) Object.assign(params, { why: 'queue-full', ...before });
    else params.why = silenceOf(facts, previous, row);
  }
  const now = fullQueueAt(facts, row);
  if (now !== null && !isAnswered(facts, row)) Object.assign(params, { dropped: 1, ...now });
}

/** So many rows are looked through between two SYNs for an ICMP error. */
const LOOK_THROUGH = 10_000;

/** What is known of a SYN that no SYN+ACK answered: a reset or ICMP refused it, somebody listened all the while, or nothing. */
function silenceOf({ capture, ends, clock, reasons }: Facts, previous: number, row: number): string {
  const { flow, protocol } = capture.columns;
  const last = Math.min(row, previous + LOOK_THROUGH);
  for (let between = previous + 1; between < last; between++) {
    if (flow[between] !== flow[row]) continue;
    if (protocol[between] === PROTOCOL.icmp || protocol[between] === PROTOCOL.icmpv6) return 'icmp';
    if (reasons.kind(between) === 'rst-refused' && reasons.packets[between] === previous) return 'refused';
  }
  const listener = ends.listeners[flow[row] ?? 0] ?? null;
  const first = clock.packets[previous] ?? 0;
  const isListened =
    listener !== null && listener.from <= first && (clock.packets[row] ?? 0) <= listener.until;
  return isListened ? 'listened' : 'unknown';
}

/** The accept queue that a SYN found full; null where it had room. */
function fullQueueAt(facts: Facts, row: number): AcceptQueue | null {
  const queue = acceptQueueAt(facts, facts.capture.columns.flow[row] ?? 0, facts.clock.packets[row] ?? 0);
  return queue === null || queue.waiting <= queue.backlog ? null : queue;
}

function isAnswered({ capture, wire, clock }: Facts, row: number): boolean {
  const { columns } = capture;
  const flow = columns.flow[row] ?? 0;
  for (let place = wire.start[flow] ?? 0; place < (wire.start[flow + 1] ?? 0); place++) {
    const other = wire.rows[place] ?? 0;
    const later = (clock.packets[other] ?? 0) - (clock.packets[row] ?? 0);
    if (later < 0 || columns.direction[other] === columns.direction[row]) continue;
    if (((columns.flags[other] ?? 0) & SYN) !== 0) return later < ANSWERED_NS;
  }
  return false;
}

function udpParams(
  { capture, datagrams, seconds }: Facts,
  row: number,
  params: Record<string, string | number>,
  calls: number[],
  packets: number[],
): void {
  params.port = destinationPort(capture, row);
  const datagram = datagrams.get(row);
  const second = seconds?.firstOf(row) ?? -1;
  const firstCapture = second < 0 ? row : second;
  const isFragment = capture.columns.fragments.has(row);
  params.bytes = datagram?.length ?? capture.columns.payloadLen[row] ?? 0;
  params.fragments = datagram?.rows.length ?? (isFragment ? 2 : 1);
  params.fragment = (datagram?.rows.indexOf(firstCapture) ?? 0) + 1;
  // How much is known of the datagram that a fragment is of.
  if (isFragment)
    params.known = datagram?.hasHeader !== true ? 'fragment' : datagram.complete ? 'all' : 'length';
  params.fate = datagram?.fate ?? 'unknown';
  for (const read of datagram?.reads ?? []) calls.push(read);
  if (datagram?.icmp != null) packets.push(datagram.icmp);
}

function icmpParams(
  { capture, reasons, session }: Facts,
  row: number,
  params: Record<string, string | number>,
): void {
  const kind = reasons.kind(row);
  if (kind === 'not-decoded') params.link = knownLinkType(reasons.values[row] ?? -1) ?? '';
  // In a network of the run's own there is only one kernel, and no program but those of the run.
  if (kind === 'icmp-echo-reply') params.kernel = session.run?.network.net === 'private' ? 1 : 0;
  const typeAndCode = reasons.values[row] ?? 0;
  params.type = Math.floor(typeAndCode / 256);
  params.code = typeAndCode % 256;
  params.version = capture.columns.protocol[row] === PROTOCOL.icmpv6 ? 6 : 4;
  params.errno = session.calls[reasons.calls[row] ?? -1]?.errno ?? '';
}

/** The port that the packet goes to. */
function destinationPort(capture: Capture, row: number): number {
  const flow = capture.columns.flow[row] ?? 0;
  if (flow < 0) return 0;
  const { portA, portB } = capture.flows.get(flow);
  return (capture.columns.direction[row] ?? 0) === 0 ? portB : portA;
}
