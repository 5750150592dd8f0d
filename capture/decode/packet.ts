import { decodeAh } from './ah.ts';
import { decodeCiscoHdlc, isCiscoHdlc } from './cisco-hdlc.ts';
import { type Decoding, NEXT, type Next } from './decoding.ts';
import { decodeErspan, decodeErspanTypeI } from './erspan.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeGeneve } from './geneve.ts';
import { decodeGre } from './gre.ts';
import { decodeIcmp, decodeIcmpv6 } from './icmp.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { LINKTYPE } from './link-types.ts';
import { decodeLlc } from './llc.ts';
import { decodeLoopback } from './loopback.ts';
import { decodeMpls } from './mpls.ts';
import { decodePpp } from './ppp.ts';
import { decodePppoe, decodePppoeDiscovery } from './pppoe.ts';
import { PROBLEM } from './problems.ts';
import { decodePseudowire } from './pseudowire.ts';
import { decodeSll, decodeSll2 } from './sll.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp } from './udp.ts';
import { decodeVlan } from './vlan.ts';
import { decodeVxlan } from './vxlan.ts';
import { layOutWhole, shareFlow } from './whole-datagram.ts';

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
  out.firstFragment = false;
  out.vlans = 0;
  out.networks = 0;
  out.gathered = null;
  out.next = nextOfLink(bytes, at, out.end, linkType);
  if (out.next === NEXT.nothing) out.stop(PROBLEM.linkTypeUnknown, at);
  const hasDirection = linkType === LINKTYPE.pppWithDirection && capLen > 0;
  decodeHeaders(bytes, hasDirection ? at + 1 : at, out);
  if (out.gathered !== null) decodeGathered(bytes, out);
}

/** A fragment: when it completes its datagram, what the datagram carries is decoded into its row. */
function decodeGathered(bytes: Uint8Array, out: Decoding): void {
  const whole = layOutWhole(bytes, out);
  if (whole !== null) decodeHeaders(whole.bytes, whole.at, out);
  shareFlow(bytes, out);
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

/** What decodes the first header of a frame of this link type; nothing for one that is not known. */
function nextOfLink(bytes: Uint8Array, at: number, end: number, linkType: number): Next {
  switch (linkType) {
    case LINKTYPE.ethernet:
      return NEXT.ethernet;
    case LINKTYPE.null:
    case LINKTYPE.loop:
      return NEXT.loopback;
    case LINKTYPE.raw:
    case LINKTYPE.rawBsd:
    case LINKTYPE.rawOpenbsd:
      return NEXT.ip;
    case LINKTYPE.ipv4:
      return NEXT.ipv4;
    case LINKTYPE.ipv6:
      return NEXT.ipv6;
    case LINKTYPE.sll:
      return NEXT.sll;
    case LINKTYPE.sll2:
      return NEXT.sll2;
    case LINKTYPE.ppp:
    case LINKTYPE.pppWithDirection:
      return NEXT.ppp;
    case LINKTYPE.pppHdlc:
      return isCiscoHdlc(bytes, at, end) ? NEXT.ciscoHdlc : NEXT.ppp;
    case LINKTYPE.ciscoHdlc:
      return NEXT.ciscoHdlc;
    case LINKTYPE.pppoe:
      return NEXT.pppoe;
    case LINKTYPE.mpls:
      return NEXT.mpls;
    default:
      return NEXT.nothing;
  }
}

function decodeNext(bytes: Uint8Array, at: number, end: number, next: Next, out: Decoding): number {
  switch (next) {
    case NEXT.nothing:
      return at;
    case NEXT.ethernet:
      return decodeEthernet(bytes, at, end, out);
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
      return decodeBetween(bytes, at, end, next, out);
  }
}

/** What stands before, between and beside the headers of IP. */
function decodeBetween(bytes: Uint8Array, at: number, end: number, next: Between, out: Decoding): number {
  switch (next) {
    case NEXT.loopback:
      return decodeLoopback(bytes, at, end, out);
    case NEXT.sll:
      return decodeSll(bytes, at, end, out);
    case NEXT.sll2:
      return decodeSll2(bytes, at, end, out);
    case NEXT.vlan:
      return decodeVlan(bytes, at, end, out);
    case NEXT.llc:
      return decodeLlc(bytes, at, end, out);
    case NEXT.mpls:
      return decodeMpls(bytes, at, end, out);
    case NEXT.pppoe:
      return decodePppoe(bytes, at, end, out);
    case NEXT.pppoeDiscovery:
      return decodePppoeDiscovery(bytes, at, end, out);
    case NEXT.ppp:
      return decodePpp(bytes, at, end, out);
    case NEXT.ciscoHdlc:
      return decodeCiscoHdlc(bytes, at, end, out);
    case NEXT.ah:
      return decodeAh(bytes, at, end, out);
    case NEXT.gre:
      return decodeGre(bytes, at, end, out);
    case NEXT.erspan:
      return decodeErspan(bytes, at, end, out);
    case NEXT.erspanTypeI:
      return decodeErspanTypeI(at, out);
    case NEXT.vxlan:
      return decodeVxlan(at, end, out);
    case NEXT.geneve:
      return decodeGeneve(bytes, at, end, out);
    case NEXT.pseudowire:
    case NEXT.pseudowireBare:
      return decodePseudowire(at, next === NEXT.pseudowire, out);
    case NEXT.arp:
      out.next = NEXT.nothing;
      return at;
    default:
      return next satisfies never;
  }
}

type Between = Exclude<
  Next,
  | typeof NEXT.nothing
  | typeof NEXT.ethernet
  | typeof NEXT.ip
  | typeof NEXT.ipv4
  | typeof NEXT.ipv6
  | typeof NEXT.tcp
  | typeof NEXT.udp
  | typeof NEXT.icmp
  | typeof NEXT.icmpv6
>;

function ipByVersion(bytes: Uint8Array, at: number, end: number): Next {
  return at < end && bytes[at]! >> 4 === 6 ? NEXT.ipv6 : NEXT.ipv4;
}
