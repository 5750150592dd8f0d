import { readU16, readU32, readU32le } from '../decode/bytes.ts';
import { NEXT, type Next } from '../decode/decoding.ts';
import { greLength } from '../decode/gre.ts';
import type { Layer } from '../decode/layers.ts';
import { LINKTYPE } from '../decode/link-types.ts';
import { pppProtocolAt } from '../decode/ppp.ts';
import { ARP_FIELDS } from './arp.ts';
import { ERSPAN_FIELDS } from './erspan.ts';
import type { FieldValue, Packet, PacketField } from './field.ts';
import { either, fixed, protocol, worked } from './make.ts';
import { isServiceTag } from './protocols.ts';
import { PSEUDOWIRE_FIELDS } from './pseudowire.ts';
import { valueText } from './text.ts';
import { TRAILER_FIELDS } from './trailer.ts';

const { ethernet, vlan, loopback, sll, sll2, mpls, pppoe, pppoeDiscovery, ppp, gre } = NEXT;
const WHOLE_ETHERNET = { needs: 14 };
const FIRST_TYPE = 1536;
/** Up to here a number is a length (IEEE 802.3 §3.2.6). */
const MOST_LENGTH = 1500;

const typeOf = ({ bytes }: Packet, { at }: Layer): number => readU16(bytes, at + 12);

const ethDst = fixed(ethernet, 0, 'eth.dst', 'ether', 'Destination address', WHOLE_ETHERNET);
const ethSrc = fixed(ethernet, 6, 'eth.src', 'ether', 'Source address', WHOLE_ETHERNET);
const localBit = { mask: 0x02, ...WHOLE_ETHERNET };
const groupBit = { mask: 0x01, ...WHOLE_ETHERNET };
const dstLg = fixed(ethernet, 0, 'eth.dst.lg', 'bool', 'The destination is locally administered', localBit);
const dstIg = fixed(ethernet, 0, 'eth.dst.ig', 'bool', 'The destination is a group', groupBit);
const srcLg = fixed(ethernet, 6, 'eth.src.lg', 'bool', 'The source is locally administered', localBit);
const srcIg = fixed(ethernet, 6, 'eth.src.ig', 'bool', 'The source is a group', groupBit);

const dstOui = fixed(
  ethernet,
  0,
  'eth.dst.oui',
  'uint24',
  "Maker of the destination's address",
  WHOLE_ETHERNET,
);
const srcOui = fixed(ethernet, 6, 'eth.src.oui', 'uint24', "Maker of the source's address", WHOLE_ETHERNET);

/** The address as text: Wireshark's field of the name, which without name look-up (-n) is the address. */
function resolved(name: string, about: string, ...of: readonly PacketField[]): PacketField {
  return worked(ethernet, name, 'string', about, (packet, layer, out) => {
    const found: FieldValue[] = [];
    for (const field of of) field.read(packet, layer, found);
    for (const value of found) if (value instanceof Uint8Array) out.push(valueText(ethDst, value));
  });
}

const ETHERNET_FIELDS: readonly PacketField[] = [
  protocol(ethernet, 'eth', 'Ethernet', (_packet, { at, end }) => end - at >= 14),
  ethDst,
  ethSrc,
  either('eth.addr', 'Source or destination address', ethDst, ethSrc),
  resolved('eth.dst_resolved', 'Destination address as text', ethDst),
  resolved('eth.src_resolved', 'Source address as text', ethSrc),
  resolved('eth.addr_resolved', 'Source or destination address as text', ethDst, ethSrc),
  fixed(ethernet, 12, 'eth.type', 'uint16', 'Type of what follows', {
    base: 'hex',
    when: (packet, layer) => typeOf(packet, layer) >= FIRST_TYPE,
    words: { IPv4: 0x800, IPv6: 0x86dd, ARP: 0x806 },
  }),
  fixed(ethernet, 12, 'eth.len', 'uint16', 'Length (802.3)', {
    when: (packet, layer) => typeOf(packet, layer) <= MOST_LENGTH,
  }),
  dstLg,
  dstIg,
  srcLg,
  srcIg,
  either('eth.lg', 'An address is locally administered', dstLg, srcLg),
  either('eth.ig', 'An address is a group', dstIg, srcIg),
  dstOui,
  srcOui,
  either('eth.addr.oui', 'Makers of both addresses', dstOui, srcOui),
  ...TRAILER_FIELDS,
];

const isTag = (packet: Packet, { at }: Layer): boolean => !isServiceTag(packet, at);
const isService = (packet: Packet, { at }: Layer): boolean => isServiceTag(packet, at);

function tagFields(
  name: string,
  title: string,
  when: (packet: Packet, layer: Layer) => boolean,
): PacketField[] {
  const needs = 4;
  return [
    protocol(vlan, name, title, when),
    fixed(vlan, 0, `${name}.priority`, 'uint16', 'Priority', { mask: 0xe000, needs, when }),
    fixed(vlan, 0, `${name}.dei`, 'bool', 'May be dropped first', { mask: 0x1000, size: 2, needs, when }),
    fixed(vlan, 0, `${name}.id`, 'uint16', 'Number of the VLAN', { mask: 0xfff, needs, when }),
  ];
}

const lengthOrType = ({ bytes }: Packet, { at }: Layer): number => readU16(bytes, at + 2);

const VLAN_FIELDS: readonly PacketField[] = [
  ...tagFields('vlan', '802.1Q virtual LAN', isTag),
  fixed(vlan, 2, 'vlan.etype', 'uint16', 'Type of what follows', {
    base: 'hex',
    when: (packet, layer) => isTag(packet, layer) && lengthOrType(packet, layer) > MOST_LENGTH,
  }),
  fixed(vlan, 2, 'vlan.len', 'uint16', 'Length (802.3)', {
    when: (packet, layer) => isTag(packet, layer) && lengthOrType(packet, layer) <= MOST_LENGTH,
  }),
  ...tagFields('ieee8021ad', '802.1ad (QinQ) service tag', isService),
];

const familyOf = ({ bytes }: Packet, { at }: Layer): number => {
  const family = readU32(bytes, at);
  return family <= 0xffff ? family : readU32le(bytes, at);
};

const LOOPBACK_FIELDS: readonly PacketField[] = [
  protocol(loopback, 'null', 'BSD loopback'),
  worked(loopback, 'null.family', 'uint32', 'Address family', (packet, layer, out) => {
    // Above 16 bits it is no family: some writers put an Ethernet type there.
    if (layer.at + 4 <= layer.end && familyOf(packet, layer) <= 0xffff) out.push(familyOf(packet, layer));
  }),
];

/** A field of both versions of the cooked header, at an offset in each. */
function cooked(offset1: number, offset2: number, size1: number, size2: number) {
  return (
    name: string,
    type: PacketField['type'],
    about: string,
    base: 'dec' | 'hex' = 'dec',
  ): PacketField[] => [
    fixed(sll, offset1, name, type, about, { needs: 16, size: size1, base }),
    fixed(sll2, offset2, name, type, about, { needs: 20, size: size2, base }),
  ];
}

/** What follows the cooked header: a type of Ethernet, or a number of Linux's own. */
function cookedType(name: string, about: string, isShown: (type: number) => boolean): PacketField[] {
  const at = (kind: typeof sll | typeof sll2, offset: number, needs: number): PacketField =>
    fixed(kind, offset, name, 'uint16', about, {
      base: 'hex',
      needs,
      when: ({ bytes }, layer) => isShown(readU16(bytes, layer.at + offset)),
    });
  return [at(sll, 14, 16), at(sll2, 0, 20)];
}

const COOKED_FIELDS: readonly PacketField[] = [
  protocol(sll, 'sll', 'Linux cooked capture'),
  protocol(sll2, 'sll', 'Linux cooked capture'),
  ...cooked(0, 10, 2, 1)('sll.pkttype', 'uint16', 'To us 0, broadcast 1, multicast 2, to others 3, by us 4'),
  ...cooked(2, 8, 2, 2)('sll.hatype', 'uint16', 'ARPHRD_ number of the link'),
  ...cooked(4, 11, 2, 1)('sll.halen', 'uint16', 'Length of the address'),
  ...cookedType('sll.etype', 'Type of what follows', (type) => type > FIRST_TYPE),
  ...cookedType(
    'sll.ltype',
    "Linux's number for what follows, where there is no type",
    (type) => type <= FIRST_TYPE,
  ),
  fixed(sll2, 4, 'sll.ifindex', 'uint32', 'Index of the interface', { needs: 20 }),
  fixed(sll, 6, 'sll.src.eth', 'ether', 'Source address', {
    needs: 16,
    when: ({ bytes }, { at }) => readU16(bytes, at + 4) === 6,
  }),
  fixed(sll2, 12, 'sll.src.eth', 'ether', 'Source address', {
    needs: 20,
    when: ({ bytes }, { at }) => bytes[at + 11] === 6,
  }),
];

const MPLS_FIELDS: readonly PacketField[] = [
  protocol(mpls, 'mpls', 'Label switching'),
  fixed(mpls, 0, 'mpls.label', 'uint32', 'Label', { mask: 0xfffff000 }),
  fixed(mpls, 0, 'mpls.exp', 'uint32', 'Traffic class', { mask: 0xe00 }),
  fixed(mpls, 0, 'mpls.bottom', 'uint32', 'Bottom of the stack', { mask: 0x100 }),
  fixed(mpls, 0, 'mpls.ttl', 'uint32', 'Time to live', { mask: 0xff }),
];

/** What the headers of a session and of discovery have in common, RFC 2516 §4. */
function pppoeHeader(kind: Next): readonly PacketField[] {
  return [
    fixed(kind, 0, 'pppoe.version', 'uint8', 'Version', { mask: 0xf0, needs: 6 }),
    fixed(kind, 0, 'pppoe.type', 'uint8', 'Type', { mask: 0x0f, needs: 6 }),
    fixed(kind, 1, 'pppoe.code', 'uint8', 'Code', { needs: 6, base: 'hex' }),
    fixed(kind, 2, 'pppoe.session_id', 'uint16', 'Session', { needs: 6, base: 'hex' }),
    fixed(kind, 4, 'pppoe.payload_length', 'uint16', 'Bytes carried', { needs: 6 }),
  ];
}

const PPP_FIELDS: readonly PacketField[] = [
  protocol(pppoe, 'pppoes', 'PPP over Ethernet session'),
  protocol(pppoeDiscovery, 'pppoed', 'PPP over Ethernet discovery'),
  ...pppoeHeader(pppoe),
  ...pppoeHeader(pppoeDiscovery),
  protocol(ppp, 'ppp', 'Point-to-point protocol'),
  worked(
    ppp,
    'ppp.direction',
    'uint8',
    'Direction of link type 204: 0 sent, 1 received',
    ({ capture, row, bytes }, { at, end }, out) => {
      const linkType = capture.interfaces[capture.columns.iface[row] ?? 0]?.linkType;
      if (linkType === LINKTYPE.pppWithDirection && at === 1 && at < end) out.push(bytes[0] === 0 ? 1 : 0);
    },
  ),
  worked(
    ppp,
    'ppp.protocol',
    'uint16',
    'Protocol of what follows',
    ({ bytes }, { at, end }, out) => {
      const protocolAt = pppProtocolAt(bytes, at, end);
      const first = protocolAt < end ? (bytes[protocolAt] ?? 0) : 0;
      if ((first & 1) === 1) out.push(first);
      else if (protocolAt + 2 <= end) out.push(readU16(bytes, protocolAt));
    },
    { base: 'hex' },
  ),
];

const flag = (bit: number) => ({ mask: bit, size: 2, needs: 4 });

/** A part of the header that a flag announces, behind those of the flags `before`. */
function optional(
  name: string,
  type: 'uint16' | 'uint32',
  about: string,
  announces: number,
  before: number,
  base: 'dec' | 'hex' = 'dec',
): PacketField {
  return worked(
    gre,
    name,
    type,
    about,
    ({ bytes }, { at, end }, out) => {
      if (at + 4 > end) return;
      const flags = readU16(bytes, at);
      const partAt = at + greLength(flags & before);
      const isPptp = (flags & 7) === 1;
      // In the version of PPTP the key is told as its two halves, and no other has an acknowledgement.
      if (
        (flags & announces) === 0 ||
        partAt + 4 > end ||
        (announces === 0x2000 ? isPptp : announces === 0x80 && !isPptp)
      )
        return;
      out.push(type === 'uint16' ? readU16(bytes, partAt) : readU32(bytes, partAt));
    },
    { base },
  );
}

const LLC_FIELDS: readonly PacketField[] = [protocol(NEXT.llc, 'llc', 'Logical link control')];

const GRE_FIELDS: readonly PacketField[] = [
  protocol(gre, 'gre', 'Generic routing encapsulation'),
  fixed(gre, 0, 'gre.flags_and_version', 'uint16', 'Flags and version', { needs: 4, base: 'hex' }),
  fixed(gre, 0, 'gre.flags.checksum', 'bool', 'A checksum is there', flag(0x8000)),
  fixed(gre, 0, 'gre.flags.key', 'bool', 'A key is there', flag(0x2000)),
  fixed(gre, 0, 'gre.flags.sequence_number', 'bool', 'A sequence number is there', flag(0x1000)),
  fixed(gre, 0, 'gre.flags.version', 'uint16', 'Version', { mask: 7, needs: 4 }),
  fixed(gre, 2, 'gre.proto', 'uint16', 'Type of what follows', { needs: 4, base: 'hex' }),
  optional('gre.checksum', 'uint16', 'Checksum', 0x8000, 0, 'hex'),
  optional('gre.key', 'uint32', 'Key', 0x2000, 0xc000, 'hex'),
  optional('gre.sequence_number', 'uint32', 'Sequence number', 0x1000, 0xe000),
  optional('gre.ack_number', 'uint32', 'Acknowledgement of PPTP', 0x0080, 0xf000),
];

/** Fields of everything below and between the IP headers. */
export const LINK_FIELDS: readonly PacketField[] = [
  ...ETHERNET_FIELDS,
  ...VLAN_FIELDS,
  ...LOOPBACK_FIELDS,
  ...COOKED_FIELDS,
  ...ARP_FIELDS,
  ...MPLS_FIELDS,
  ...PPP_FIELDS,
  ...LLC_FIELDS,
  ...GRE_FIELDS,
  ...ERSPAN_FIELDS,
  ...PSEUDOWIRE_FIELDS,
];
