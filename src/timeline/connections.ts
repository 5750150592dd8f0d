import type { Capture } from '../../capture/capture.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import { endpointText } from './addresses.ts';
import { type BoundSocket, roleBound } from './bound-sockets.ts';
import type { Clock } from './clock.ts';
import type { UdpFacts } from './explain-udp.ts';
import { isHandshakeSeen } from './guess-clients.ts';
import type { SocketLife } from './sockets.ts';
import { clientSide, type TcpEnds } from './tcp-ends.ts';
import type { TcpWire } from './tcp-wire.ts';
import type { Connection } from './types.ts';

export interface Connections {
  readonly list: readonly Connection[];
  /** By flow; -1 for flows that are neither TCP nor UDP. */
  readonly ofFlow: Int32Array;
}

const FLOWS_A_STEP = 1024;

/** The TCP and UDP conversations in order of their first packet's time, with whoever is known at their ends; in steps. `bound` is null where no calls were recorded. */
export function* listConnections(
  capture: Capture,
  clock: Clock,
  wire: TcpWire,
  ends: TcpEnds | null,
  udp: UdpFacts | null,
  bound: readonly BoundSocket[] | null,
): Generator<void, Connections> {
  const ofFlow = new Int32Array(capture.flows.length).fill(-1);
  const flows: number[] = [];
  for (let flow = 0; flow < capture.flows.length; flow++) {
    if (flow % FLOWS_A_STEP === 0) yield;
    const { protocol } = capture.flows.get(flow);
    const used = (wire.start[flow] ?? 0) < (wire.start[flow + 1] ?? 0);
    if (used && (protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp)) flows.push(flow);
  }
  const first = (flow: number): number => clock.packets[wire.rows[wire.start[flow] ?? 0] ?? 0] ?? 0;
  flows.sort((x, y) => first(x) - first(y) || x - y);
  const udpEnds = udp === null ? null : udpSockets(udp);
  const list: Connection[] = [];
  for (const [index, flow] of flows.entries()) {
    if (index % FLOWS_A_STEP === 0) yield;
    ofFlow[flow] = index;
    const { protocol, addressA, portA, addressB, portB } = capture.flows.get(flow);
    const tcp = protocol === PROTOCOL.tcp;
    const a = tcp ? (ends?.ends[flow * 2]?.socket ?? null) : (udpEnds?.get(flow * 2) ?? null);
    const b = tcp ? (ends?.ends[flow * 2 + 1]?.socket ?? null) : (udpEnds?.get(flow * 2 + 1) ?? null);
    const client = clientSide(wire, flow) === 1 ? 'b' : 'a';
    const listener = tcp ? ((ends?.listeners[flow] ?? ends?.deserted[flow])?.socket ?? null) : null;
    const [endpointA, endpointB] = [endpointText(addressA, portA), endpointText(addressB, portB)];
    // A socket of the run that only has the address: nobody listens there, or nothing was read.
    const holder = (endpoint: string): string | null =>
      roleBound(bound ?? [], protocol, endpoint, first(flow));
    list.push({
      flow,
      protocol: tcp ? 'tcp' : 'udp',
      endpointA,
      endpointB,
      client,
      isGuessed: bound === null && !isHandshakeSeen(wire, flow),
      roleA: a?.role ?? (client === 'b' ? (listener?.role ?? holder(endpointA)) : null),
      roleB: b?.role ?? (client === 'a' ? (listener?.role ?? holder(endpointB)) : null),
      socketA: a?.id ?? null,
      socketB: b?.id ?? null,
    });
  }
  return { list, ofFlow };
}

/** The first socket that was seen at either end of each UDP flow, by flow * 2 + end. */
function udpSockets({ datagrams, sockets }: UdpFacts): ReadonlyMap<number, SocketLife> {
  const owner = new Map<number, SocketLife>();
  for (const { life, sends, receives } of sockets)
    for (const call of [...sends, ...receives]) owner.set(call, life);
  const found = new Map<number, SocketLife>();
  const put = (key: number, call: number | null | undefined): void => {
    const life = call === null || call === undefined ? undefined : owner.get(call);
    if (life !== undefined && !found.has(key)) found.set(key, life);
  };
  for (const { flow, direction, send, reads } of datagrams) {
    put(flow * 2 + direction, send);
    put(flow * 2 + 1 - direction, reads[0]);
  }
  return found;
}
