import type { Capture } from '../../../capture/capture.ts';
import { PROTOCOL } from '../../../capture/columns.ts';

/** 'address:port', with brackets around IPv6 (RFC 3986 §3.2.2). */
export function endText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Names of both ends of a flow; ports only where the protocol has them. */
export function endsOf(capture: Capture, flow: number): { readonly a: string; readonly b: string } {
  const { protocol, addressA, portA, addressB, portB } = capture.flows.get(flow);
  const hasPorts = protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp;
  return hasPorts
    ? { a: endText(addressA, portA), b: endText(addressB, portB) }
    : { a: addressA, b: addressB };
}
