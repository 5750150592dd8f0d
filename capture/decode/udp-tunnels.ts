import { NEXT, type Next } from './decoding.ts';

/** Ports of IANA's registry: RFC 7348 §4, RFC 8926 §3.3. */
const VXLAN_PORT = 4789;
const GENEVE_PORT = 6081;
/** Ports below belong to services of their own (RFC 6335 §6), whose answers may go to any port. */
const FIRST_FREE = 1024;

/**
 * The tunnel that a datagram between these ports is of, nothing where it is of none. Tunnels are sent to their port; like
 * Wireshark, what comes from it counts too, and of two ports the lower one decides.
 */
export function tunnelOf(sourcePort: number, destinationPort: number): Next {
  if (sourcePort < FIRST_FREE || destinationPort < FIRST_FREE) return NEXT.nothing;
  const lower = Math.min(sourcePort, destinationPort);
  const higher = Math.max(sourcePort, destinationPort);
  if (lower === VXLAN_PORT) return NEXT.vxlan;
  if (lower === GENEVE_PORT) return NEXT.geneve;
  if (higher === VXLAN_PORT) return NEXT.vxlan;
  return higher === GENEVE_PORT ? NEXT.geneve : NEXT.nothing;
}
