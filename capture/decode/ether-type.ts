import { type Decoding, NEXT, type Next } from './decoding.ts';

export const ETHERTYPE = {
  ipv4: 0x0800,
  arp: 0x0806,
  transparentBridging: 0x6558,
  vlan: 0x8100,
  ipv6: 0x86dd,
  mpls: 0x8847,
  mplsUpstream: 0x8848,
  pppoeDiscovery: 0x8863,
  pppoeSession: 0x8864,
  ppp: 0x880b,
  qinq: 0x88a8,
  oldQinq: 0x9100,
} as const;

/** What decodes the payload of this Ethernet type. */
function nextOfEtherType(type: number): Next {
  switch (type) {
    case ETHERTYPE.ipv4:
      return NEXT.ipv4;
    case ETHERTYPE.ipv6:
      return NEXT.ipv6;
    case ETHERTYPE.arp:
      return NEXT.arp;
    case ETHERTYPE.vlan:
    case ETHERTYPE.qinq:
    case ETHERTYPE.oldQinq:
      return NEXT.vlan;
    case ETHERTYPE.mpls:
    case ETHERTYPE.mplsUpstream:
      return NEXT.mpls;
    case ETHERTYPE.pppoeDiscovery:
      return NEXT.pppoeDiscovery;
    case ETHERTYPE.pppoeSession:
      return NEXT.pppoe;
    case ETHERTYPE.transparentBridging:
      return NEXT.ethernet;
    case ETHERTYPE.ppp:
      return NEXT.ppp;
    default:
      return NEXT.nothing;
  }
}

/** Chooses what follows by `out.etherType`. */
export function chooseByEtherType(out: Decoding): void {
  out.next = nextOfEtherType(out.etherType);
}
