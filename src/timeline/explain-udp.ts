import type { Capture } from '../../capture/capture.ts';
import { CHECKSUM, transportChecksum } from '../../capture/checksum.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import type { HeldSeconds } from '../diagnosis/held-seconds.ts';
import type { Call } from '../sockets/call.ts';
import { bindFits, type Endpoint } from './addresses.ts';
import type { Clock } from './clock.ts';
import type { LinkTable } from './link-table.ts';
import type { ReasonTable } from './reason-table.ts';
import type { SocketLife } from './sockets.ts';
import { collectDatagrams, type Datagram, offsetInDatagram } from './udp-datagrams.ts';
import { matchReceives, matchSends } from './udp-match.ts';
import { collectUdpSockets, type UdpSocket } from './udp-sockets.ts';

export interface UdpScene {
  readonly capture: Capture;
  readonly calls: readonly Call[];
  readonly clock: Clock;
  readonly lost: Uint8Array;
  readonly links: LinkTable;
  readonly reasons: ReasonTable;
  readonly sockets: ReadonlyMap<string, SocketLife>;
  /** Packets that were captured before; null where there are none. */
  readonly seconds: HeldSeconds | null;
}

export interface UdpFacts {
  readonly datagrams: readonly Datagram[];
  readonly byRow: ReadonlyMap<number, Datagram>;
  readonly sockets: readonly UdpSocket[];
}

/** Explains the UDP packets of a run with calls, and the ICMP errors that answered them. */
export function explainUdp(scene: UdpScene): UdpFacts {
  const { list, byRow } = collectDatagrams(scene);
  const sockets = collectUdpSockets(scene.calls, scene.clock, scene.sockets);
  matchSends(scene, list, sockets);
  matchIcmp(scene, list);
  if ([...scene.sockets.values()].some(({ type }) => type === 'raw')) markDamaged(scene, list);
  const known = sockets.flatMap(({ names }) => names.map(({ local }) => local));
  matchReceives(
    scene,
    list,
    sockets,
    (destination) => !known.some((local) => bindFits(local, destination) > 0),
  );
  const facts = { datagrams: list, byRow, sockets };
  for (const datagram of list) explainDatagram(scene, datagram, sockets);
  return facts;
}

/** A datagram with a wrong checksum, as only a raw socket makes it, is thrown away before any receive queue. */
function markDamaged({ capture }: UdpScene, datagrams: readonly Datagram[]): void {
  const { columns } = capture;
  for (const datagram of datagrams) {
    const [row] = datagram.rows;
    if (row === undefined || datagram.send !== null || datagram.rows.length > 1) continue;
    const at = [columns.networkAt[row] ?? 0, columns.transportAt[row] ?? 0] as const;
    const verdict = transportChecksum(capture.frame(row), ...at, PROTOCOL.udp);
    if (verdict === CHECKSUM.wrong) datagram.fate = 'damaged';
  }
}

function explainDatagram(scene: UdpScene, datagram: Datagram, sockets: readonly UdpSocket[]): void {
  const { reasons, links, clock, capture } = scene;
  const ours = isOurs(datagram, sockets);
  for (const [place, row] of datagram.rows.entries()) {
    if (datagram.send === null) {
      reasons.set(row, ours.source ? 'unexplained' : ours.destination ? 'datagram-outsider' : 'foreign');
    } else {
      const { send } = datagram;
      reasons.set(row, 'datagram', { call: send, count: place + 1 });
      const from = offsetInDatagram(capture, row);
      links.add('carries', send, row, from, from + (capture.columns.payloadLen[row] ?? 0));
    }
    for (const read of datagram.reads) linkRead(scene, datagram, row, read);
  }
  const last = datagram.rows.at(-1) ?? -1;
  for (const read of datagram.reads) {
    if (datagram.arrivedNs >= (clock.enters[read] ?? 0)) links.add('completes', read, last);
  }
}

function linkRead({ links, calls, capture }: UdpScene, datagram: Datagram, row: number, read: number): void {
  const from = offsetInDatagram(capture, row);
  const taken = Math.min(datagram.length, calls[read]?.length ?? datagram.length);
  const to = Math.min(from + (capture.columns.payloadLen[row] ?? 0), taken);
  if (to > from || datagram.length === 0) links.add('consumes', read, row, from, Math.max(from, to));
}

function isOurs(
  { source, destination }: Datagram,
  sockets: readonly UdpSocket[],
): { source: boolean; destination: boolean } {
  const owns = (endpoint: Endpoint): boolean =>
    sockets.some(({ names }) => names.some(({ local }) => bindFits(local, endpoint) > 0));
  return { source: owns(source), destination: owns(destination) };
}

/** ICMP port unreachable (RFC 792 type 3 code 3, RFC 4443 type 1 code 4) answers the latest datagram that it quotes. */
function matchIcmp({ capture, clock, lost }: UdpScene, datagrams: readonly Datagram[]): void {
  const { columns } = capture;
  const byFlow = new Map<number, Datagram[]>();
  for (const datagram of datagrams) {
    const list = byFlow.get(datagram.flow);
    if (list === undefined) byFlow.set(datagram.flow, [datagram]);
    else list.push(datagram);
  }
  for (let index = 0; index < columns.length; index++) {
    const row = clock.order[index] ?? 0;
    if (!isUnreachable(columns.protocol[row] ?? 0, columns.seq[row] ?? 0)) continue;
    const candidates = byFlow.get(columns.flow[row] ?? 0) ?? [];
    const quoted = candidates.findLast(
      ({ direction, sentNs, icmp, lost: gone }) =>
        direction === 1 - (columns.direction[row] ?? 0) &&
        sentNs <= (clock.packets[row] ?? 0) &&
        icmp === null &&
        !gone,
    );
    if (quoted !== undefined && (lost[row] ?? 0) === 0) quoted.icmp = row;
  }
}

export function isUnreachable(protocol: number, typeAndCode: number): boolean {
  if (protocol === PROTOCOL.icmp) return typeAndCode >> 8 === 3;
  return protocol === PROTOCOL.icmpv6 && typeAndCode >> 8 === 1;
}
