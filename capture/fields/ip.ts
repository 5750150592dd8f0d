import { formatIpv4 } from '../addresses.ts';
import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import { finalDestinationV4 } from '../decode/ipv4-route.ts';
import type { Layer } from '../decode/layers.ts';
import { LINKTYPE } from '../decode/link-types.ts';
import { ipChecksumStatus } from './checksum-status.ts';
import type { FieldType, FieldValue, Packet, PacketField } from './field.ts';
import { ipOptionFields, ipRouteFields } from './ip-options.ts';
import { either, type FixedOptions, fixed, protocol, worked } from './make.ts';

const { ipv4 } = NEXT;
const MIN_HEADER = 20;

/** What the header says of its length; -1 when it is no IPv4 header. */
function headerLen({ bytes }: Packet, { at, end }: Layer): number {
  const first = at < end ? (bytes[at] ?? 0) : 0;
  return first >> 4 === 4 ? (first & 15) * 4 : -1;
}

/** The total length; where it is 0 (segmentation offload), that of the frame; 0 when it is cut off. */
function totalLen({ bytes }: Packet, { at, end, wireEnd }: Layer): number {
  return at + 4 <= end ? readU16(bytes, at + 2) || wireEnd - at : 0;
}

/** Wireshark shows nothing of a header whose version or lengths cannot be. */
function isSound(packet: Packet, layer: Layer): boolean {
  const length = headerLen(packet, layer);
  const total = totalLen(packet, layer);
  return length >= MIN_HEADER && (total === 0 || total >= length);
}

/** Length of a header whose options are read. */
const optionsLen = (packet: Packet, layer: Layer): number =>
  isSound(packet, layer) ? headerLen(packet, layer) : 0;

function ip(
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  return fixed(ipv4, offset, name, type, about, { ...options, when: isSound, always: true });
}

const flag = (mask: number): FixedOptions => ({ mask, size: 2 });

export const IP_PROTOCOLS: Readonly<Record<string, number>> = {
  ICMP: 1,
  IGMP: 2,
  IPv4: 4,
  TCP: 6,
  UDP: 17,
  IPv6: 41,
  GRE: 47,
  ESP: 50,
  AH: 51,
  ICMPv6: 58,
  OSPF: 89,
  SCTP: 132,
};

const src = ip(12, 'ip.src', 'ipv4', 'Source address');
const dst: PacketField = {
  ...ip(16, 'ip.dst', 'ipv4', 'Destination address, the last of a source route'),
  read: (packet, layer, out) => {
    const at = destinationAt(packet, layer);
    if (at >= 0 && at + 4 <= layer.end) out.push(readU32(packet.bytes, at));
  },
};

/** Where the address stands that the packet goes to in the end; -1 where that cannot be told. */
function destinationAt(packet: Packet, layer: Layer): number {
  if (!isSound(packet, layer)) return -1;
  const headerEnd = layer.at + headerLen(packet, layer);
  const at = finalDestinationV4(packet.bytes, layer.at, headerEnd, layer.end);
  // Wireshark reads no options when the header is cut.
  return headerEnd > layer.end && at !== layer.at + 16 ? -1 : at;
}

/** The address as text: Wireshark's field of the name, which without name look-up is the address. */
function host(of: PacketField): PacketField {
  return worked(ipv4, `${of.name}_host`, 'string', `${of.about}, as text`, (packet, layer, out) => {
    const addresses: FieldValue[] = [];
    of.read(packet, layer, addresses);
    for (const address of addresses) out.push(formatIpv4(Number(address)));
  });
}

const srcHost = host(src);
const dstHost = host(dst);

/** Whatever the version is, where the header before says IPv4; 6 is a header of another kind. */
function isAnnounced({ bytes, layers, capture, row }: Packet, layer: Layer): boolean {
  const version = (bytes[layer.at] ?? 0) >> 4;
  if (version === 4 || version === 6) return version === 4;
  const { columns, interfaces } = capture;
  return layer !== layers[0] || interfaces[columns.iface[row] ?? 0]?.linkType === LINKTYPE.ipv4;
}

/** IPv4, RFC 791 §3.1. */
export const IP_FIELDS: readonly PacketField[] = [
  protocol(
    ipv4,
    'ip',
    'Internet protocol version 4',
    ({ bytes }, { at, end }) => at < end && (bytes[at] ?? 0) >> 4 !== 6,
  ),
  fixed(ipv4, 0, 'ip.version', 'uint8', 'Version', {
    mask: 0xf0,
    when: isAnnounced,
    always: true,
  }),
  worked(ipv4, 'ip.hdr_len', 'uint8', 'Length of the header in bytes', (packet, layer, out) => {
    const length = headerLen(packet, layer);
    if (length >= 0) out.push(length);
  }),
  ip(1, 'ip.dsfield', 'uint8', 'Differentiated services', { base: 'hex' }),
  ip(1, 'ip.dsfield.dscp', 'uint8', 'Differentiated services codepoint', { mask: 0xfc }),
  ip(1, 'ip.dsfield.ecn', 'uint8', 'Explicit congestion notification', { mask: 0x03 }),
  // Shown even where it is what is wrong.
  worked(ipv4, 'ip.len', 'uint16', 'Length of the packet in bytes', (packet, layer, out) => {
    if (headerLen(packet, layer) >= MIN_HEADER && layer.at + 4 <= layer.end)
      out.push(totalLen(packet, layer));
  }),
  ip(4, 'ip.id', 'uint16', 'Identification', { base: 'hex' }),
  ip(6, 'ip.flags', 'uint8', 'Flags', { base: 'hex', mask: 0xe0 }),
  ip(6, 'ip.flags.rb', 'bool', 'Reserved bit', flag(0x8000)),
  ip(6, 'ip.flags.df', 'bool', "Don't fragment", flag(0x4000)),
  ip(6, 'ip.flags.mf', 'bool', 'More fragments', flag(0x2000)),
  ip(6, 'ip.frag_offset', 'uint16', 'Offset of the fragment, in 8 bytes', { mask: 0x1fff }),
  ip(8, 'ip.ttl', 'uint8', 'Time to live'),
  ip(9, 'ip.proto', 'uint8', 'Protocol of what follows', { words: IP_PROTOCOLS }),
  ip(10, 'ip.checksum', 'uint16', 'Checksum of the header', { base: 'hex' }),
  ipChecksumStatus(headerLen, isSound),
  src,
  dst,
  either('ip.addr', 'Source or destination address', src, dst),
  srcHost,
  dstHost,
  either('ip.host', 'Source or destination address as text', srcHost, dstHost),
  ...ipRouteFields(optionsLen).flatMap((field) => [field, host(field)]),
  ...ipOptionFields(optionsLen),
];
