import { readU16 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import { ETHERTYPE } from '../decode/ether-type.ts';
import type { Layer } from '../decode/layers.ts';
import { LINKTYPE } from '../decode/link-types.ts';
import type { Packet } from './field.ts';
import { extensionNames } from './ipv6-extensions.ts';

/** Protocols by Wireshark's names, outermost first, as far as they are decoded: `eth:ethertype:ip:tcp`. */
export function protocolPath(packet: Packet): string {
  const names: string[] = [];
  packet.layers.forEach((layer, index) => {
    const name = nameOf(packet, layer);
    // Wireshark's dissector of Ethernet types is a link of the chain of its own.
    if (behindEtherType(packet.layers[index - 1], layer)) names.push('ethertype');
    names.push(name);
    if (layer.kind === NEXT.ipv6) names.push(...extensionNames(packet, layer));
  });
  if (isRaw(packet)) names.unshift('raw');
  return names.join(':');
}

function isRaw({ capture, row }: Packet): boolean {
  const linkType = capture.interfaces[capture.columns.iface[row] ?? 0]?.linkType ?? -1;
  return linkType === LINKTYPE.raw || linkType === LINKTYPE.rawBsd || linkType === LINKTYPE.rawOpenbsd;
}

function behindEtherType(before: Layer | undefined, layer: Layer): boolean {
  if (layer.kind === NEXT.llc) return false;
  switch (before?.kind) {
    case NEXT.ethernet:
    case NEXT.vlan:
    case NEXT.sll:
    case NEXT.sll2:
      return true;
    default:
      return false;
  }
}

const NAMES: Readonly<Record<number, string>> = {
  [NEXT.ethernet]: 'eth',
  [NEXT.loopback]: 'null',
  [NEXT.sll]: 'sll',
  [NEXT.sll2]: 'sll',
  [NEXT.arp]: 'arp',
  [NEXT.llc]: 'llc',
  [NEXT.mpls]: 'mpls',
  [NEXT.pppoe]: 'pppoes',
  [NEXT.pppoeDiscovery]: 'pppoed',
  [NEXT.ppp]: 'ppp',
  [NEXT.gre]: 'gre',
  [NEXT.ah]: 'ah',
  [NEXT.erspan]: 'erspan',
  [NEXT.erspanTypeI]: 'erspan',
  [NEXT.pseudowire]: 'pwethheuristic:pwethcw',
  [NEXT.pseudowireBare]: 'pwethheuristic:pwethnocw',
  [NEXT.ciscoHdlc]: 'chdlc',
  [NEXT.vxlan]: 'vxlan',
  [NEXT.geneve]: 'geneve',
  [NEXT.ipv4]: 'ip',
  [NEXT.ipv6]: 'ipv6',
  [NEXT.tcp]: 'tcp',
  [NEXT.udp]: 'udp',
  [NEXT.icmp]: 'icmp',
  [NEXT.icmpv6]: 'icmpv6',
};

function nameOf(packet: Packet, { kind, at }: Layer): string {
  if (kind === NEXT.vlan) return isServiceTag(packet, at) ? 'ieee8021ad' : 'vlan';
  return NAMES[kind] ?? 'data';
}

/** Whether the VLAN tag at `at` is one of 802.1ad: the type in the header before it says so, in tunnels not at its end. */
export function isServiceTag({ bytes, layers }: Packet, at: number): boolean {
  const before = layers[layers.findIndex((layer) => layer.at === at && layer.kind === NEXT.vlan) - 1];
  const isTunnel = before?.kind === NEXT.gre || before?.kind === NEXT.geneve;
  const typeAt = isTunnel ? before.at + 2 : at - 2;
  return typeAt >= 0 && readU16(bytes, typeAt) === ETHERTYPE.qinq;
}
