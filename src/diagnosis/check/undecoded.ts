import type { Capture } from '../../../capture/capture.ts';
import type { Columns } from '../../../capture/columns.ts';
import { readU16 } from '../../../capture/decode/bytes.ts';
import { NEXT } from '../../../capture/decode/decoding.ts';
import { extensionLength, isExtension } from '../../../capture/decode/ipv6-extensions.ts';
import { findLayers, type Layer } from '../../../capture/decode/layers.ts';
import { pppProtocolAt } from '../../../capture/decode/ppp.ts';
import { Proof } from './evidence.ts';

/** Ethernet types that never carry IP: RARP, wake-on-LAN, MAC control, LACP, 802.1X, LLDP, PTP, CFM, loopback. */
const NO_IP: ReadonlySet<number> = new Set([
  ...[0x0806, 0x8035, 0x0842, 0x8808, 0x8809, 0x888e, 0x88cc, 0x88f7, 0x8902, 0x9000],
]);
/** Names of IANA's registry of protocol numbers, for those that are met. */
const IP_NAMES: Readonly<Record<number, string>> = {
  ...{ 2: 'IGMP', 33: 'DCCP', 46: 'RSVP', 47: 'GRE', 50: 'ESP', 51: 'AH', 88: 'EIGRP', 89: 'OSPF' },
  ...{ 103: 'PIM', 108: 'IPComp', 112: 'VRRP', 115: 'L2TP', 132: 'SCTP', 136: 'UDP-Lite' },
};
const NO_NEXT_HEADER = 59;
/** From here on PPP negotiates (RFC 1661 §2). */
const PPP_CONTROL = 0x8000;
/** Kinds are few; a file made to hold many must not fill the memory. */
const KINDS = 64;

/** Packets that hold no damage and whose payload nobody here can read, by what it is. */
export class Undecoded {
  /** By 'IP protocol 50 (ESP)' and the like. */
  readonly kinds = new Map<string, Proof>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** Takes the packet in `row` of the columns, which is neither TCP, UDP nor ICMP. */
  take(columns: Columns, row: number, rowBase: number, capture: Capture): void {
    const linkType = capture.interfaces[columns.iface[row] ?? 0]?.linkType ?? -1;
    const frame = capture.frame(row);
    const layers = findLayers(frame, frame.length, columns.wireLen[row] ?? 0, linkType);
    const what = whatFollows(frame, layers);
    if (what === null) return;
    const proof = this.kinds.get(what) ?? new Proof();
    if (this.kinds.size < KINDS) this.kinds.set(what, proof);
    proof.add(row + rowBase, this.most);
  }
}

/** What the innermost header announces, when that is not decoded; null where nothing is hidden. */
function whatFollows(frame: Uint8Array, layers: readonly Layer[]): string | null {
  const last = layers[layers.length - 1];
  if (last === undefined) return null;
  const { kind, at, end } = last;
  switch (kind) {
    case NEXT.ethernet:
      return ofEtherType(frame, at + 12, end);
    case NEXT.vlan:
    case NEXT.gre:
    case NEXT.geneve:
    case NEXT.ciscoHdlc:
      return ofEtherType(frame, at + 2, end);
    case NEXT.sll:
      return ofEtherType(frame, at + 14, end);
    case NEXT.sll2:
      return ofEtherType(frame, at, end);
    case NEXT.llc:
      return frame[at] === 0xaa && readU24(frame, at + 3) === 0 ? ofEtherType(frame, at + 6, end) : null;
    case NEXT.mpls:
      return 'what is under an MPLS label';
    case NEXT.ppp:
      return ofPpp(frame, last);
    case NEXT.ipv4:
      return ofProtocol(frame[at + 9] ?? 0);
    case NEXT.ah:
      return ofProtocol(frame[at] ?? 0);
    case NEXT.ipv6:
      return ofProtocol(lastHeader(frame, last));
    default:
      return null;
  }
}

/** The Ethernet type at a place; smaller numbers are lengths, or Linux's own. */
function ofEtherType(frame: Uint8Array, at: number, end: number): string | null {
  if (at + 2 > end) return null;
  const type = readU16(frame, at);
  if (type < 1536 || NO_IP.has(type)) return null;
  return `Ethernet type 0x${type.toString(16).padStart(4, '0')}`;
}

function ofPpp(frame: Uint8Array, { at, end }: Layer): string | null {
  const protocolAt = pppProtocolAt(frame, at, end);
  if (protocolAt + 2 > end) return null;
  const isShort = ((frame[protocolAt] ?? 0) & 1) === 1;
  const protocol = isShort ? (frame[protocolAt] ?? 0) : readU16(frame, protocolAt);
  return protocol >= PPP_CONTROL ? null : `PPP protocol 0x${protocol.toString(16).padStart(4, '0')}`;
}

function ofProtocol(number: number): string | null {
  if (number === NO_NEXT_HEADER) return null;
  const name = IP_NAMES[number];
  return `IP protocol ${number}${name === undefined ? '' : ` (${name})`}`;
}

/** The number of what stands behind the extension headers of IPv6. */
function lastHeader(frame: Uint8Array, { at, end }: Layer): number {
  let number = frame[at + 6] ?? NO_NEXT_HEADER;
  for (let next = at + 40; isExtension(number) && next + 2 <= end; ) {
    const length = extensionLength(number, frame[next + 1] ?? 0);
    number = frame[next] ?? NO_NEXT_HEADER;
    next += length;
  }
  return number;
}

function readU24(frame: Uint8Array, at: number): number {
  return ((frame[at] ?? 0) << 16) | ((frame[at + 1] ?? 0) << 8) | (frame[at + 2] ?? 0);
}
