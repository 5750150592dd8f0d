import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import { extensionLength } from '../decode/ipv6-extensions.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldType, FieldValue, Packet, PacketField } from './field.ts';
import { protocol, worked } from './make.ts';

const HEADER = 40;
export const HOP_BY_HOP = 0;
export const ROUTING = 43;
const FRAGMENT = 44;
export const DESTINATION = 60;
const AUTHENTICATION = 51;
/** Wireshark's names of the headers. */
const NAMES: Readonly<Record<number, string>> = {
  [HOP_BY_HOP]: 'ipv6.hopopts',
  [ROUTING]: 'ipv6.routing',
  [FRAGMENT]: 'ipv6.fraghdr',
  [AUTHENTICATION]: 'ah',
  [DESTINATION]: 'ipv6.dstopts',
};
const OFFSET = 0xfff8;

/** Calls `visit` with number and place of each extension header (RFC 8200 §4), up to the first that is cut; of a fragment header only a whole one. */
export function eachExtension(
  { bytes }: Packet,
  layer: Layer,
  visit: (number: number, at: number, length: number) => void,
): void {
  if (layer.at + HEADER > layer.end || (bytes[layer.at] ?? 0) >> 4 !== 6) return;
  let number = bytes[layer.at + 6] ?? 0;
  for (let at = layer.at + HEADER; NAMES[number] !== undefined && at < layer.end; ) {
    if (number === FRAGMENT && at + 8 > layer.end) return;
    const length = extensionLength(number, at + 1 < layer.end ? (bytes[at + 1] ?? 0) : 0);
    visit(number, at, length);
    // What follows in later fragments is no header.
    if (number === FRAGMENT && (readU16(bytes, at + 2) & OFFSET) !== 0) return;
    number = bytes[at] ?? 0;
    at += length;
  }
}

/** Names of the extension headers behind the IPv6 header of `layer`, in their order. */
export function extensionNames(packet: Packet, layer: Layer): string[] {
  const names: string[] = [];
  eachExtension(packet, layer, (number) => names.push(NAMES[number] ?? ''));
  return names;
}

function extension(
  header: number,
  name: string,
  type: FieldType,
  about: string,
  needs: number,
  read: (bytes: Uint8Array, at: number, length: number) => FieldValue,
  base: 'dec' | 'hex' = 'dec',
): PacketField {
  return worked(
    NEXT.ipv6,
    name,
    type,
    about,
    (packet, layer, out) => {
      eachExtension(packet, layer, (number, at, length) => {
        if (number === header && at + needs <= layer.end) out.push(read(packet.bytes, at, length));
      });
    },
    { base },
  );
}

const byte =
  (offset: number) =>
  (bytes: Uint8Array, at: number): number =>
    bytes[at + offset] ?? 0;

function beginning(header: number, name: string, needs: number): readonly PacketField[] {
  return [
    extension(header, `${name}.nxt`, 'uint8', 'Protocol of what follows', needs, byte(0)),
    extension(header, `${name}.len`, 'uint8', 'Length in 8 bytes, the first 8 left out', 2, byte(1)),
    extension(header, `${name}.len_oct`, 'uint16', 'Length in bytes', 2, (_bytes, _at, length) => length),
  ];
}

/** Extension headers of IPv6, RFC 8200 §4. */
export const EXTENSION_FIELDS: readonly PacketField[] = [
  protocol(NEXT.ah, 'ah', 'Authentication header'),
  worked(NEXT.ipv6, 'ah', 'protocol', 'Authentication header', (packet, layer, out) => {
    eachExtension(packet, layer, (number, at) => {
      if (number === AUTHENTICATION) out.push(packet.bytes.subarray(at, layer.end));
    });
  }),
  ...beginning(HOP_BY_HOP, 'ipv6.hopopts', 2),
  ...beginning(ROUTING, 'ipv6.routing', 1),
  extension(ROUTING, 'ipv6.routing.type', 'uint8', 'Kind of the routing header', 3, byte(2)),
  extension(ROUTING, 'ipv6.routing.segleft', 'uint8', 'Nodes still to be visited', 4, byte(3)),
  ...beginning(DESTINATION, 'ipv6.dstopts', 2),
  extension(FRAGMENT, 'ipv6.fraghdr.nxt', 'uint8', 'Protocol of what is fragmented', 8, byte(0)),
  extension(
    FRAGMENT,
    'ipv6.fraghdr.offset',
    'uint16',
    'Offset of the fragment, in 8 bytes',
    8,
    (bytes, at) => readU16(bytes, at + 2) >> 3,
  ),
  extension(
    FRAGMENT,
    'ipv6.fraghdr.more',
    'bool',
    'More fragments',
    8,
    (bytes, at) => readU16(bytes, at + 2) & 1,
  ),
  extension(
    FRAGMENT,
    'ipv6.fraghdr.ident',
    'uint32',
    'Identification',
    8,
    (bytes, at) => readU32(bytes, at + 4),
    'hex',
  ),
  extension(FRAGMENT, 'ipv6.fraghdr.reserved_octet', 'uint8', 'A byte that means nothing', 8, byte(1), 'hex'),
  extension(
    FRAGMENT,
    'ipv6.fraghdr.reserved_bits',
    'uint16',
    'Bits that mean nothing',
    8,
    (bytes, at) => (readU16(bytes, at + 2) >> 1) & 3,
  ),
];
