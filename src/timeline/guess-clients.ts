import type { Capture } from '../../capture/capture.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import type { TcpWire } from './tcp-wire.ts';

const FLOWS_A_STEP = 1024;
/** Ports below it are given out for services (RFC 6335 §6). */
const SYSTEM_PORTS = 1024;
const SEVERAL = '*';

/**
 * Where neither a handshake nor a call tells who opened a conversation, the server is guessed, in steps: the end with a
 * system port; else the one that talks with several others from one port; else, for TCP, the one with the lower port; else
 * who was heard second. Writes into `wire.opener`, for UDP too.
 */
export function* guessClients(capture: Capture, wire: TcpWire): Generator<void, void> {
  const peers = yield* peersOfEndpoints(capture);
  for (let flow = 0; flow < capture.flows.length; flow++) {
    if (flow % FLOWS_A_STEP === 0) yield;
    const { protocol, addressA, portA, addressB, portB } = capture.flows.get(flow);
    if (isHandshakeSeen(wire, flow) || (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp)) continue;
    const isShared = (address: string, port: number): boolean =>
      peers.get(`${protocol} ${address} ${port}`) === SEVERAL;
    const [sharedA, sharedB] = [isShared(addressA, portA), isShared(addressB, portB)];
    const [systemA, systemB] = [portA < SYSTEM_PORTS, portB < SYSTEM_PORTS];
    let isServerA = protocol === PROTOCOL.tcp && portA < portB;
    if (systemA !== systemB) isServerA = systemA;
    else if (sharedA !== sharedB) isServerA = sharedA;
    wire.opener[flow] = isServerA ? 1 : 0;
  }
}

/** Whether a SYN of either end was captured. */
export function isHandshakeSeen({ synSeen }: TcpWire, flow: number): boolean {
  return synSeen[flow * 2] === 1 || synSeen[flow * 2 + 1] === 1;
}

/** By protocol, address and port: who is at the other end, or that there are several. */
function* peersOfEndpoints(capture: Capture): Generator<void, ReadonlyMap<string, string>> {
  const peers = new Map<string, string>();
  const meet = (end: string, other: string): void => {
    const known = peers.get(end);
    if (known === undefined) peers.set(end, other);
    else if (known !== other) peers.set(end, SEVERAL);
  };
  for (let flow = 0; flow < capture.flows.length; flow++) {
    if (flow % FLOWS_A_STEP === 0) yield;
    const { protocol, addressA, portA, addressB, portB } = capture.flows.get(flow);
    const [a, b] = [`${protocol} ${addressA} ${portA}`, `${protocol} ${addressB} ${portB}`];
    meet(a, b);
    meet(b, a);
  }
  return peers;
}
