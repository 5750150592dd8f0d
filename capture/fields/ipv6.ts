import { formatIpv6 } from '../addresses.ts';
import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldType, FieldValue, Packet, PacketField } from './field.ts';
import { IP_PROTOCOLS } from './ip.ts';
import { either, type FixedOptions, fixed, protocol, worked } from './make.ts';

const { ipv6: kind } = NEXT;
const HEADER = 40;

const isSound = ({ bytes }: Packet, { at, end }: Layer): boolean => at < end && (bytes[at] ?? 0) >> 4 === 6;

function ipv6(
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  return fixed(kind, offset, name, type, about, { ...options, when: isSound });
}

const src = ipv6(8, 'ipv6.src', 'ipv6', 'Source address');
const dst = ipv6(24, 'ipv6.dst', 'ipv6', 'Destination address');

function host(name: string, about: string, offset: number): PacketField {
  return worked(kind, name, 'string', about, (packet, layer, out) => {
    const at = layer.at + offset;
    const { bytes } = packet;
    if (isSound(packet, layer) && at + 16 <= layer.end) {
      out.push(
        formatIpv6(
          readU32(bytes, at),
          readU32(bytes, at + 4),
          readU32(bytes, at + 8),
          readU32(bytes, at + 12),
        ),
      );
    }
  });
}

const srcHost = host('ipv6.src_host', 'Source address as text', 8);
const dstHost = host('ipv6.dst_host', 'Destination address as text', 24);

// Extension headers that may stand before the fragment header: hop by hop, routing, destination.
const BEFORE_FRAGMENT: readonly number[] = [0, 43, 60];
const FRAGMENT = 44;

/** Where the fragment header of a packet is, RFC 8200 §4.5; -1 when it has none. */
function fragmentAt(packet: Packet, layer: Layer): number {
  const { bytes } = packet;
  if (!isSound(packet, layer) || layer.at + HEADER > layer.end) return -1;
  let header = bytes[layer.at + 6] ?? 0;
  let at = layer.at + HEADER;
  while (BEFORE_FRAGMENT.includes(header) && at + 8 <= layer.end) {
    header = bytes[at] ?? 0;
    at += ((bytes[at + 1] ?? 0) + 1) * 8;
  }
  return header === FRAGMENT && at + 8 <= layer.end ? at : -1;
}

function fragment(
  name: string,
  type: FieldType,
  about: string,
  read: (bytes: Uint8Array, at: number) => FieldValue,
  base: 'dec' | 'hex' = 'dec',
): PacketField {
  return worked(
    kind,
    name,
    type,
    about,
    (packet, layer, out) => {
      const at = fragmentAt(packet, layer);
      if (at >= 0) out.push(read(packet.bytes, at));
    },
    { base },
  );
}

/** IPv6, RFC 8200 §3. */
export const IPV6_FIELDS: readonly PacketField[] = [
  protocol(kind, 'ipv6', 'Internet protocol version 6'),
  fixed(kind, 0, 'ipv6.version', 'uint8', 'Version', { mask: 0xf0 }),
  ipv6(0, 'ipv6.tclass', 'uint32', 'Traffic class', { mask: 0x0ff00000, base: 'hex' }),
  ipv6(0, 'ipv6.tclass.dscp', 'uint32', 'Differentiated services codepoint', { mask: 0x0fc00000 }),
  ipv6(0, 'ipv6.tclass.ecn', 'uint32', 'Explicit congestion notification', { mask: 0x00300000 }),
  // Twenty bits, which are shown as three bytes.
  ipv6(0, 'ipv6.flow', 'uint24', 'Flow label', { mask: 0x000fffff, size: 4, base: 'hex' }),
  // Wireshark has it for both versions.
  fixed(kind, 0, 'ip.version', 'uint8', 'Version', { mask: 0xf0 }),
  ipv6(4, 'ipv6.plen', 'uint16', 'Bytes behind the header', { needs: 7 }),
  ipv6(6, 'ipv6.nxt', 'uint8', 'Protocol of what follows', { words: IP_PROTOCOLS }),
  ipv6(7, 'ipv6.hlim', 'uint8', 'Hop limit'),
  src,
  dst,
  either('ipv6.addr', 'Source or destination address', src, dst),
  srcHost,
  dstHost,
  either('ipv6.host', 'Source or destination address as text', srcHost, dstHost),
  fragment('ipv6.fraghdr.nxt', 'uint8', 'Protocol of what is fragmented', (bytes, at) => bytes[at] ?? 0),
  fragment(
    'ipv6.fraghdr.offset',
    'uint16',
    'Offset of the fragment, in 8 bytes',
    (bytes, at) => readU16(bytes, at + 2) >> 3,
  ),
  fragment('ipv6.fraghdr.more', 'bool', 'More fragments', (bytes, at) => readU16(bytes, at + 2) & 1),
  fragment('ipv6.fraghdr.ident', 'uint32', 'Identification', (bytes, at) => readU32(bytes, at + 4), 'hex'),
];
