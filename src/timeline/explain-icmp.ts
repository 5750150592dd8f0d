import { PROTOCOL } from '../../capture/columns.ts';
import type { Call } from '../sockets/call.ts';
import type { Clock } from './clock.ts';
import { isUnreachable, type UdpFacts, type UdpScene } from './explain-udp.ts';
import { CELLS_A_STEP } from './time-order.ts';
import type { Datagram } from './udp-datagrams.ts';

/** Explains ICMP packets: errors by the packet that they quote, and by the call that fails because of them; in steps. */
export function* explainIcmp(scene: UdpScene, udp: UdpFacts | null): Generator<void, void> {
  const { columns } = scene.capture;
  const answered = new Map<number, Datagram>();
  const errors: number[] = [];
  const requests = new Map<string, number>();
  for (const datagram of udp?.datagrams ?? [])
    if (datagram.icmp !== null) answered.set(datagram.icmp, datagram);
  for (let row = 0; row < columns.length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    if ((scene.seconds?.firstOf(row) ?? -1) >= 0) continue;
    const protocol = columns.protocol[row] ?? 0;
    if (protocol !== PROTOCOL.icmp && protocol !== PROTOCOL.icmpv6) continue;
    const typeAndCode = columns.seq[row] ?? 0;
    const datagram = answered.get(row);
    if (datagram !== undefined) explainUnreachable(scene, udp, row, datagram);
    else if (isEcho(protocol, typeAndCode)) explainEcho(scene, row, typeAndCode, requests);
    else if (isUnreachable(protocol, typeAndCode) || isError(protocol, typeAndCode)) errors.push(row);
    else scene.reasons.set(row, scene.calls.length > 0 ? 'foreign' : 'other');
  }
  explainErrors(scene, errors);
}

/** A request, or the reply to the latest request with the same identifier and number (RFC 792, RFC 4443 §4). */
function explainEcho(
  { capture, reasons }: UdpScene,
  row: number,
  typeAndCode: number,
  requests: Map<string, number>,
): void {
  const { flow, transportAt } = capture.columns;
  const at = transportAt[row] ?? 0xffff;
  const key = `${flow[row]} ${capture.frame(row).slice(at + 4, at + 8)}`;
  const isReply = typeAndCode >> 8 === 0 || typeAndCode >> 8 === 129;
  if (!isReply) requests.set(key, row);
  reasons.set(row, isReply ? 'icmp-echo-reply' : 'icmp-echo', {
    value: typeAndCode,
    packet: isReply ? (requests.get(key) ?? -1) : -1,
  });
}

function explainUnreachable(scene: UdpScene, udp: UdpFacts | null, row: number, datagram: Datagram): void {
  const { clock, links, reasons, capture, calls } = scene;
  const sender = udp?.sockets.find(({ sends }) => datagram.send !== null && sends.includes(datagram.send));
  const ns = clock.packets[row] ?? 0;
  const failed = sender?.failures.find((index) => (clock.exits[index] ?? 0) >= ns) ?? null;
  if (failed !== null) links.add('completes', failed, row);
  const connected = sender?.names.findLast((name) => name.ns <= ns)?.remote != null;
  reasons.set(row, 'icmp-unreachable', {
    packet: datagram.rows[0] ?? -1,
    call: failed ?? datagram.send,
    value: capture.columns.seq[row] ?? 0,
    detail: failed !== null ? 1 : connected ? 2 : calls.length > 0 && sender !== undefined ? 3 : 0,
  });
}

/** About TCP segments, or about datagrams that were not captured. The last one before a connect failed made it fail. */
function explainErrors(scene: UdpScene, rows: readonly number[]): void {
  const { reasons, clock, calls, links, capture } = scene;
  const failing = new Map<number, number>();
  const about = rows.map((row) => {
    const quoted = quotedBy(scene, row);
    const call =
      quoted < 0 ? blockedConnect(calls, clock, clock.packets[row] ?? 0) : (reasons.calls[quoted] ?? -1);
    const isConnect = calls[call]?.name === 'connect' && calls[call]?.ret === -1;
    const isOpen = isConnect && (clock.exits[call] ?? 0) >= (clock.packets[row] ?? 0);
    if (isOpen && calls[call]?.errno !== 'EINPROGRESS') failing.set(call, row);
    return { row, quoted, call };
  });
  for (const { row, quoted, call } of about) {
    const last = failing.get(call);
    if (last === row) links.add('completes', call, row);
    reasons.set(row, 'icmp-error', {
      packet: quoted,
      call: last === undefined ? null : call,
      value: capture.columns.seq[row] ?? 0,
      detail: last === undefined ? 0 : last === row ? 1 : 2,
    });
  }
}

/** The connect that waits in vain for its SYN to leave: no neighbour answered, and the kernel tells itself by ICMP. */
function blockedConnect(calls: readonly Call[], clock: Clock, ns: number): number {
  return calls.findIndex(
    ({ name, errno }, index) =>
      name === 'connect' &&
      errno === 'EHOSTUNREACH' &&
      (clock.enters[index] ?? 0) <= ns &&
      (clock.exits[index] ?? 0) >= ns,
  );
}

/** The latest packet of the flow that goes the other way; of a datagram in fragments the first, which alone has ports to quote. */
function quotedBy({ capture, clock, seconds }: UdpScene, row: number): number {
  const { columns } = capture;
  let quoted = -1;
  for (let other = 0; other < columns.length; other++) {
    if (
      other === row ||
      (columns.flow[other] ?? 0) !== (columns.flow[row] ?? 0) ||
      (columns.flow[row] ?? 0) < 0
    )
      continue;
    if ((columns.direction[other] ?? 0) !== 1 - (columns.direction[row] ?? 0)) continue;
    if ((columns.fragments.get(other)?.offset ?? 0) > 0 || (seconds?.firstOf(other) ?? -1) >= 0) continue;
    if ((clock.packets[other] ?? 0) > (clock.packets[row] ?? 0)) continue;
    if (quoted < 0 || (clock.packets[other] ?? 0) >= (clock.packets[quoted] ?? 0)) quoted = other;
  }
  return quoted;
}

function isEcho(protocol: number, typeAndCode: number): boolean {
  const type = typeAndCode >> 8;
  return protocol === PROTOCOL.icmp ? type === 0 || type === 8 : type === 128 || type === 129;
}

function isError(protocol: number, typeAndCode: number): boolean {
  const type = typeAndCode >> 8;
  return protocol === PROTOCOL.icmp ? [3, 4, 5, 11, 12].includes(type) : type >= 1 && type <= 4;
}
