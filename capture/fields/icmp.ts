import { PROTOCOL } from '../columns.ts';
import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT, type Next } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import { checksumStatus } from './checksum-status.ts';
import type { FieldType, Packet, PacketField } from './field.ts';
import { ECHO_FIELDS, ECHO6_FIELDS } from './icmp-echoes.ts';
import { type FixedOptions, fixed, protocol, worked } from './make.ts';
import { LISTENER_FIELDS } from './multicast-listeners.ts';
import { NEIGHBOUR_OPTION_FIELDS } from './neighbour-options.ts';

const { icmp: v4, icmpv6: v6 } = NEXT;

const typeIs =
  (...types: readonly number[]) =>
  ({ bytes }: Packet, { at }: Layer): boolean =>
    types.includes(bytes[at] ?? -1);

/** Echo, timestamp, information, address mask: those with an identifier and a number (RFC 792, RFC 950). */
const QUERIES = [0, 8, 13, 14, 15, 16, 17, 18];
const isQuery = typeIs(...QUERIES);
/** Extended echo, RFC 8335: its number has one byte. */
const EXTENDED = { request: 42, reply: 43 } as const;
const hasIdent = typeIs(...QUERIES, EXTENDED.request, EXTENDED.reply);
/** As many bytes Wireshark wants before it shows any. */
const NEEDS = { needs: 6 } as const;
const ECHO6 = [128, 129];
const EXTENDED6 = { request: 160, reply: 161 } as const;
const needsFragmentation = ({ bytes }: Packet, { at }: Layer): boolean =>
  bytes[at] === 3 && bytes[at + 1] === 4;

function icmp(
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  return fixed(v4, offset, name, type, about, options);
}

function icmpv6(
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  return fixed(v6, offset, name, type, about, options);
}

/** A 16-bit number in the other byte order, as some systems write it. */
function swapped(
  offset: number,
  name: string,
  about: string,
  when: (packet: Packet, layer: Layer) => boolean,
): PacketField {
  return worked(v4, name, 'uint16', about, (packet, layer, out) => {
    if (layer.at + offset + 2 > layer.end || !when(packet, layer)) return;
    const value = readU16(packet.bytes, layer.at + offset);
    out.push(((value & 255) << 8) | (value >> 8));
  });
}

const TYPES = {
  'Echo reply': 0,
  'Destination unreachable': 3,
  Redirect: 5,
  'Echo request': 8,
  'Time exceeded': 11,
};

/** Extended echo, RFC 8335 §2 and §3. */
function extendedEcho(
  kind: Next,
  protocolName: string,
  { request, reply }: { readonly request: number; readonly reply: number },
): readonly PacketField[] {
  const one = (offset: number, name: string, type: FieldType, about: string, options: FixedOptions) =>
    fixed(kind, offset, `${protocolName}.ext.echo.${name}`, type, about, options);
  const ofReply = { when: typeIs(reply) };
  return [
    one(6, 'seq', 'uint8', 'Sequence number', { when: typeIs(request, reply) }),
    one(7, 'req.local', 'bool', "The probed interface is the receiver's own", {
      mask: 0x01,
      when: typeIs(request),
    }),
    one(7, 'rsp.state', 'uint8', 'State of the neighbour', { ...ofReply, mask: 0xe0 }),
    one(7, 'rsp.active', 'bool', 'The interface is up', { ...ofReply, mask: 0x04 }),
    one(7, 'rsp.ipv4', 'bool', 'It has IPv4', { ...ofReply, mask: 0x02 }),
  ];
}

/** Values of each router that an advertisement lists, at an offset of its entry of 8 bytes. */
function ofRouters(offset: number, name: string, type: 'ipv4' | 'int32', about: string): PacketField {
  return worked(v4, name, type, about, ({ bytes }, { at, end }, out) => {
    if (bytes[at] !== ADVERTISEMENT || at + 8 > end || bytes[at + 5] !== ROUTER_ENTRY / 4) return;
    const routers = bytes[at + 4] ?? 0;
    for (let router = 0; router < routers; router++) {
      const valueAt = at + 8 + router * ROUTER_ENTRY + offset;
      if (valueAt + 4 > end) return;
      const value = readU32(bytes, valueAt);
      out.push(type === 'int32' ? value | 0 : value);
    }
  });
}

const ADVERTISEMENT = 9;
const ROUTER_ENTRY = 8;

/** Router advertisements, RFC 1256 §3. */
const ROUTER_FIELDS: readonly PacketField[] = [
  icmp(4, 'icmp.num_addrs', 'uint8', 'Addresses that it advertises', {
    ...NEEDS,
    when: typeIs(ADVERTISEMENT),
  }),
  icmp(5, 'icmp.addr_entry_size', 'uint8', 'Size of an entry, in 4 bytes', { when: typeIs(ADVERTISEMENT) }),
  icmp(6, 'icmp.lifetime', 'uint16', 'Seconds that it is good', { when: typeIs(ADVERTISEMENT) }),
  ofRouters(0, 'icmp.router_address', 'ipv4', 'Address of a router'),
  ofRouters(4, 'icmp.pref_level', 'int32', 'Its preference'),
];

/** ICMP, RFC 792. */
export const ICMP_FIELDS: readonly PacketField[] = [
  protocol(v4, 'icmp', 'Internet control message protocol'),
  icmp(0, 'icmp.type', 'uint8', 'Type', { ...NEEDS, words: TYPES }),
  icmp(1, 'icmp.code', 'uint8', 'Code', NEEDS),
  icmp(2, 'icmp.checksum', 'uint16', 'Checksum', { ...NEEDS, base: 'hex' }),
  checksumStatus(v4, 'icmp.checksum.status', PROTOCOL.icmp, NEEDS.needs),
  icmp(4, 'icmp.ident', 'uint16', 'Identifier', { when: hasIdent }),
  swapped(4, 'icmp.ident_le', 'Identifier, little endian', hasIdent),
  icmp(6, 'icmp.seq', 'uint16', 'Sequence number', { when: isQuery }),
  swapped(6, 'icmp.seq_le', 'Sequence number, little endian', isQuery),
  icmp(6, 'icmp.mtu', 'uint16', 'MTU of the next hop', { needs: 8, when: needsFragmentation }),
  icmp(4, 'icmp.redir_gw', 'ipv4', 'Gateway to use', { needs: 8, when: typeIs(5) }),
  icmp(4, 'icmp.pointer', 'uint8', 'Where the trouble is', { ...NEEDS, when: typeIs(12) }),
  ...extendedEcho(v4, 'icmp', EXTENDED),
  icmp(7, 'icmp.ext.echo.rsp.ipv6', 'bool', 'It has IPv6', { mask: 0x01, when: typeIs(EXTENDED.reply) }),
  ...ROUTER_FIELDS,
  icmp(8, 'icmp.address_mask', 'ipv4', 'Mask of the network (RFC 950)', { when: typeIs(17, 18) }),
  icmp(8, 'icmp.originate_timestamp', 'uint32', 'When it was sent, ms since midnight', {
    when: typeIs(13, 14),
  }),
  icmp(12, 'icmp.receive_timestamp', 'uint32', 'When it arrived', { when: typeIs(13, 14) }),
  icmp(16, 'icmp.transmit_timestamp', 'uint32', 'When the answer was sent', { when: typeIs(13, 14) }),
  ...ECHO_FIELDS,
];

/** A field of a router advertisement, RFC 4861 §4.2. */
function advertised(
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  return icmpv6(offset, `icmpv6.nd.ra.${name}`, type, about, { ...options, when: typeIs(134) });
}

/** ICMPv6, RFC 4443, and neighbour discovery, RFC 4861. */
export const ICMPV6_FIELDS: readonly PacketField[] = [
  protocol(v6, 'icmpv6', 'Internet control message protocol version 6'),
  icmpv6(0, 'icmpv6.type', 'uint8', 'Type'),
  icmpv6(1, 'icmpv6.code', 'uint8', 'Code'),
  icmpv6(2, 'icmpv6.checksum', 'uint16', 'Checksum', { base: 'hex' }),
  checksumStatus(v6, 'icmpv6.checksum.status', PROTOCOL.icmpv6, 4),
  icmpv6(4, 'icmpv6.echo.identifier', 'uint16', 'Identifier', {
    when: typeIs(...ECHO6, EXTENDED6.request, EXTENDED6.reply),
    base: 'hex',
  }),
  ...extendedEcho(v6, 'icmpv6', EXTENDED6),
  icmpv6(6, 'icmpv6.echo.sequence_number', 'uint16', 'Sequence number', { when: typeIs(...ECHO6) }),
  icmpv6(4, 'icmpv6.mtu', 'uint32', 'MTU of the next hop', { when: typeIs(2) }),
  icmpv6(4, 'icmpv6.pointer', 'uint32', 'Where the trouble is', { when: typeIs(4) }),
  icmpv6(8, 'icmpv6.nd.ns.target_address', 'ipv6', 'Address that is looked for', { when: typeIs(135) }),
  icmpv6(8, 'icmpv6.nd.na.target_address', 'ipv6', 'Address that answers', { when: typeIs(136) }),
  icmpv6(8, 'icmpv6.nd.rd.target_address', 'ipv6', 'Better first hop', { when: typeIs(137) }),
  icmpv6(24, 'icmpv6.rd.na.destination_address', 'ipv6', 'To where', { when: typeIs(137) }),
  icmpv6(4, 'icmpv6.nd.na.flag.r', 'bool', 'The sender is a router', {
    mask: 0x80,
    needs: 8,
    when: typeIs(136),
  }),
  icmpv6(4, 'icmpv6.nd.na.flag.s', 'bool', 'It was asked for', { mask: 0x40, needs: 8, when: typeIs(136) }),
  icmpv6(4, 'icmpv6.nd.na.flag.o', 'bool', 'It replaces what was known', {
    mask: 0x20,
    needs: 8,
    when: typeIs(136),
  }),
  icmpv6(4, 'icmpv6.nd.na.flag', 'uint32', 'Flags', { when: typeIs(136), base: 'hex' }),
  icmpv6(4, 'icmpv6.nd.na.flag.rsv', 'uint32', 'Bits that mean nothing', {
    mask: 0x1fffffff,
    when: typeIs(136),
  }),
  advertised(4, 'cur_hop_limit', 'uint8', 'Hop limit to use'),
  advertised(5, 'flag', 'uint8', 'Flags', { base: 'hex' }),
  advertised(5, 'flag.m', 'bool', 'Addresses are managed', { mask: 0x80 }),
  advertised(5, 'flag.o', 'bool', 'Other settings are managed', { mask: 0x40 }),
  advertised(5, 'flag.h', 'bool', 'Home agent', { mask: 0x20 }),
  advertised(5, 'flag.prf', 'uint8', 'Preference: 0 medium, 1 high, 3 low', { mask: 0x18 }),
  advertised(6, 'router_lifetime', 'uint16', 'Seconds that it is a router for'),
  advertised(8, 'reachable_time', 'uint32', 'ms that a neighbour counts as reachable'),
  advertised(12, 'retrans_timer', 'uint32', 'ms between solicitations'),
  advertised(5, 'flag.p', 'bool', 'It stands in for another (RFC 4389)', { mask: 0x04 }),
  advertised(5, 'flag.rsv', 'uint8', 'Bits that mean nothing', { mask: 0x03 }),
  ...ECHO6_FIELDS,
  ...LISTENER_FIELDS,
  ...NEIGHBOUR_OPTION_FIELDS,
];
