import { readU32 } from './bytes.ts';

// Extension headers: next header 0, length 1 (in units of 8 bytes beyond the first 8). RFC 8200 §4, and for the
// authentication header, which counts in 4 bytes, RFC 4302 §2.2.
export const EXTENSION = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  destination: 60,
  mobility: 135,
  hip: 139,
  shim6: 140,
};

// Routing header: kind 2, segments left 3 (RFC 8200 §4.4); of RFC 6554, how many bytes its addresses leave out, 4.
const ROUTING = { kind: 2, left: 3, elided: 4, addresses: 8 } as const;
/** Source route (RFC 2460 §4.4), mobile IPv6 (RFC 6275 §6.4), low-power networks (RFC 6554), segments (RFC 8754 §2). */
const KIND = { source: 0, mobile: 2, rpl: 3, segments: 4 } as const;
const ADDRESS = 16;

export function isExtension(header: number): boolean {
  switch (header) {
    case EXTENSION.hopByHop:
    case EXTENSION.routing:
    case EXTENSION.fragment:
    case EXTENSION.authentication:
    case EXTENSION.destination:
    case EXTENSION.mobility:
    case EXTENSION.hip:
    case EXTENSION.shim6:
      return true;
    default:
      return false;
  }
}

export function extensionLength(header: number, length: number): number {
  if (header === EXTENSION.fragment) return 8;
  if (header === EXTENSION.authentication) return (length + 2) * 4;
  return (length + 1) * 8;
}

/**
 * Offset of the address that the packet goes to in the end, by the routing header at `at` of `length` bytes; -1 where it is
 * the destination of the IPv6 header: nothing is left to visit, or its kind does not say.
 */
export function lastStop(bytes: Uint8Array, at: number, length: number): number {
  const count = Math.floor((length - ROUTING.addresses) / ADDRESS);
  if (bytes[at + ROUTING.left] === 0 || count < 1) return -1;
  switch (bytes[at + ROUTING.kind]) {
    case KIND.rpl:
      if (bytes[at + ROUTING.elided] !== 0) return -1;
      return at + ROUTING.addresses + (count - 1) * ADDRESS;
    case KIND.source:
      return at + ROUTING.addresses + (count - 1) * ADDRESS;
    // Of segments the list is backwards.
    case KIND.mobile:
    case KIND.segments:
      return at + ROUTING.addresses;
    default:
      return -1;
  }
}

// Options: kind 0, length 1 (RFC 8200 §4.2); of a jumbo payload its length in 4 bytes (RFC 2675 §2).
const JUMBO = 0xc2;
const PAD1 = 0;

/** The jumbo payload length that the hop-by-hop header at `at` tells; -1 where it tells none before `end`. */
export function jumboLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 8) return -1;
  const headerEnd = Math.min(at + extensionLength(EXTENSION.hopByHop, bytes[at + 1]!), end);
  for (let option = at + 2; option + 6 <= headerEnd; ) {
    const kind = bytes[option]!;
    if (kind === JUMBO && bytes[option + 1] === 4) return readU32(bytes, option + 2);
    option += kind === PAD1 ? 1 : 2 + bytes[option + 1]!;
  }
  return -1;
}

/** Offset of the final destination of the IPv6 packet at `network` whose transport header is at `transport` (RFC 8200 §8.1). */
export function finalDestination(bytes: Uint8Array, network: number, transport: number): number {
  let header = bytes[network + 6]!;
  let final = network + 24;
  for (let at = network + 40; isExtension(header) && at + 8 <= transport; ) {
    const length = extensionLength(header, bytes[at + 1]!);
    const stop = header === EXTENSION.routing && at + length <= transport ? lastStop(bytes, at, length) : -1;
    if (stop >= 0) final = stop;
    header = bytes[at]!;
    at += length;
  }
  return final;
}
