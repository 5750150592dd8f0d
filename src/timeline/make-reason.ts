import type { Capture } from '../../capture/capture.ts';
import { FIN, PROTOCOL, SYN } from '../../capture/columns.ts';
import { at } from './at.ts';
import type { UdpFacts } from './explain-udp.ts';
import type { LinkTable } from './link-table.ts';
import type { ReasonTable } from './reason-table.ts';
import type { TcpWire } from './tcp-wire.ts';
import type { Reason } from './types.ts';

export interface ReasonSources {
  readonly capture: Capture;
  readonly wire: TcpWire;
  readonly links: LinkTable;
  readonly reasons: ReasonTable;
  readonly udp: UdpFacts | null;
}

/** `params.why` of packets that were sent again, by the detail that the walk left. */
const WHY_WORDS = ['unknown', 'lost', 'answer-lost', 'asked', 'ignored', 'not-taken'] as const;

/**
 * The reason of one packet as an object. Its params: numbers of the walk (ms, count, bytes), and always for TCP `from`,
 * `to` (bytes it carries, `to` exclusive) and `acked`; `calls` and `packets` begin with those that the words name.
 */
export function makeReason(sources: ReasonSources, row: number): Reason {
  const { capture, reasons, links } = sources;
  const { columns } = capture;
  const kind = reasons.kind(row);
  const calls: number[] = [];
  const packets: number[] = [];
  if (at(reasons.calls, row) >= 0) calls.push(at(reasons.calls, row));
  if (at(reasons.packets, row) >= 0) packets.push(at(reasons.packets, row));
  for (const { call, relation } of links.ofPacket(row)) {
    if (relation !== 'consumes' && relation !== 'completes' && !calls.includes(call)) calls.push(call);
  }
  const protocol = at(columns.protocol, row);
  const params: Record<string, string | number> = {};
  if (protocol === PROTOCOL.tcp) tcpParams(sources, row, params);
  else if (protocol === PROTOCOL.udp) udpParams(sources, row, params, calls, packets);
  else params.type = Math.floor(at(reasons.values, row) / 256);
  params.ms = at(reasons.values, row);
  params.value = at(reasons.values, row);
  params.count = at(reasons.counts, row);
  params.detail = at(reasons.details, row);
  return { kind, params, calls, packets };
}

function tcpParams(
  { capture, wire, reasons, links }: ReasonSources,
  row: number,
  params: Record<string, string | number>,
): void {
  const { columns } = capture;
  const syn = at(columns.flags, row) & SYN ? 1 : 0;
  const from = at(wire.from, row) + syn;
  params.from = from;
  params.to = from + at(columns.payloadLen, row);
  const acked = at(wire.acked, row);
  if (!Number.isNaN(acked)) params.acked = acked;
  params.fin = at(columns.flags, row) & FIN ? 1 : 0;
  params.why = WHY_WORDS[at(reasons.details, row)] ?? 'unknown';
  params.sends = links.ofPacket(row).filter(({ relation }) => relation === 'carries').length;
  params.port = destinationPort(capture, row);
}

function udpParams(
  { capture, udp }: ReasonSources,
  row: number,
  params: Record<string, string | number>,
  calls: number[],
  packets: number[],
): void {
  params.port = destinationPort(capture, row);
  const datagram = udp?.byRow.get(row);
  params.bytes = datagram?.length ?? at(capture.columns.payloadLen, row);
  params.fragments = datagram?.rows.length ?? (capture.columns.fragments.has(row) ? 2 : 1);
  params.fragment = (datagram?.rows.indexOf(row) ?? 0) + 1;
  params.fate = datagram?.fate ?? 'unknown';
  for (const read of datagram?.reads ?? []) calls.push(read);
  if (datagram?.icmp != null) packets.push(datagram.icmp);
}

/** The port that the packet goes to. */
function destinationPort(capture: Capture, row: number): number {
  const flow = at(capture.columns.flow, row);
  if (flow < 0) return 0;
  const { portA, portB } = capture.flows.get(flow);
  return at(capture.columns.direction, row) === 0 ? portB : portA;
}
