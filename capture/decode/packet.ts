import { type Decoding, NEXT, type Next } from './decoding.ts';
import { decodeEtherType } from './ether-type.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeIcmp, decodeIcmpv6 } from './icmp.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { LINKTYPE } from './link-types.ts';
import { decodeLoopback } from './loopback.ts';
import { PROBLEM } from './problems.ts';
import { decodeSll, decodeSll2 } from './sll.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp } from './udp.ts';

/** No real packet has more headers than this; damaged ones must not loop. */
const MAX_HEADERS = 32;

/**
 * Decodes the frame of `capLen` bytes at `at` (`wireLen` on the wire) into `out.row`, which the caller has added.
 * Never reads outside the frame; what is wrong with it becomes the row's problem.
 */
export function decodePacket(
  bytes: Uint8Array,
  at: number,
  capLen: number,
  wireLen: number,
  linkType: number,
  out: Decoding,
): void {
  out.frameAt = at;
  out.end = at + capLen;
  out.wireEnd = at + Math.max(wireLen, capLen);
  out.next = NEXT.nothing;
  out.firstFragmentId = -1;
  decodeHeaders(bytes, decodeLink(bytes, at, out.end, linkType, out), out);
  if (out.firstFragmentId >= 0) learnFragment(bytes, out);
}

/** Decodes headers from `first` on, as `out.next` names them, until one has nothing known behind it. */
export function decodeHeaders(bytes: Uint8Array, first: number, out: Decoding): void {
  let next = first;
  for (let headers = 0; next >= 0 && out.next !== NEXT.nothing && headers < MAX_HEADERS; headers++) {
    if (out.next === NEXT.ip) out.next = ipByVersion(bytes, next, out.end);
    if (out.trace !== null) out.trace.push(out.next, next, out.end, out.wireEnd);
    next = decodeNext(bytes, next, out.end, out.next, out);
  }
}

function decodeLink(bytes: Uint8Array, at: number, end: number, linkType: number, out: Decoding): number {
  switch (linkType) {
    case LINKTYPE.ethernet:
      return decodeEthernet(bytes, at, end, out);
    case LINKTYPE.null:
    case LINKTYPE.loop:
      return decodeLoopback(bytes, at, end, out);
    case LINKTYPE.raw:
    case LINKTYPE.rawBsd:
    case LINKTYPE.rawOpenbsd:
      out.next = NEXT.ip;
      return at;
    case LINKTYPE.ipv4:
      out.next = NEXT.ipv4;
      return at;
    case LINKTYPE.ipv6:
      out.next = NEXT.ipv6;
      return at;
    case LINKTYPE.sll:
      return decodeSll(bytes, at, end, out);
    case LINKTYPE.sll2:
      return decodeSll2(bytes, at, end, out);
    default:
      return out.stop(PROBLEM.linkTypeUnknown, at);
  }
}

function decodeNext(bytes: Uint8Array, at: number, end: number, next: Next, out: Decoding): number {
  switch (next) {
    case NEXT.nothing:
      return at;
    case NEXT.etherType:
      return decodeEtherType(bytes, at, end, out);
    case NEXT.ip:
    case NEXT.ipv4:
      return decodeIpv4(bytes, at, end, out);
    case NEXT.ipv6:
      return decodeIpv6(bytes, at, end, out);
    case NEXT.tcp:
      return decodeTcp(bytes, at, end, out);
    case NEXT.udp:
      return decodeUdp(bytes, at, end, out);
    case NEXT.icmp:
      return decodeIcmp(bytes, at, end, out);
    case NEXT.icmpv6:
      return decodeIcmpv6(bytes, at, end, out);
    default:
      return next satisfies never;
  }
}

function ipByVersion(bytes: Uint8Array, at: number, end: number): Next {
  return at < end && bytes[at]! >> 4 === 6 ? NEXT.ipv6 : NEXT.ipv4;
}

/** Later fragments have no ports: they get the flow that this first one has been given. */
function learnFragment(bytes: Uint8Array, out: Decoding): void {
  const { columns, row, fragments } = out;
  if (columns.flow[row]! < 0) return;
  const protocol = out.firstFragmentProtocol;
  fragments.first(
    bytes,
    out.sourceAt,
    out.destinationAt,
    out.addressLen,
    out.firstFragmentId,
    protocol,
    columns,
    row,
  );
}
