import { NEXT } from '../decode/decoding.ts';
import type { FieldType, FieldValue, PacketField } from './field.ts';
import { DESTINATION, eachExtension, HOP_BY_HOP, ROUTING } from './ipv6-extensions.ts';
import { readNumber, worked } from './make.ts';

const OPTION = { pad1: 0, padN: 1, tunnelLimit: 4, routerAlert: 5, jumbo: 0xc2, homeAddress: 0xc9 } as const;
const ADDRESS = 16;
const ROUTE = { source: 0, mobile: 2, segments: 4 } as const;

/** One byte of padding has no length; and Wireshark has one length only for a jumbo payload. */
function sizeOf(kind: number, length: number): number {
  if (kind === OPTION.pad1) return 1;
  return 2 + (kind === OPTION.jumbo ? 4 : length);
}

type Kinds = number | 'all' | 'long';

/** Long are those with a length: all but the single byte of padding. */
function isOf(of: Kinds, kind: number): boolean {
  return of === 'all' || of === kind || (of === 'long' && kind !== OPTION.pad1);
}

/** A value of each option of one kind in hop-by-hop and destination headers, RFC 8200 §4.2. */
function option(
  name: string,
  type: FieldType,
  about: string,
  of: Kinds,
  read: (bytes: Uint8Array, at: number, length: number, end: number) => FieldValue | null,
  base: 'dec' | 'hex' = 'dec',
): PacketField {
  return worked(
    NEXT.ipv6,
    `ipv6.opt.${name}`,
    type,
    about,
    (packet, layer, out) => {
      const { bytes } = packet;
      eachExtension(packet, layer, (header, at, length) => {
        if (header !== HOP_BY_HOP && header !== DESTINATION) return;
        // As Wireshark has it: the last option may reach beyond the header.
        const { end } = layer;
        for (let optionAt = at + 2; optionAt < Math.min(at + length, end); ) {
          const kind = bytes[optionAt] ?? 0;
          if (optionAt + 2 > end) return;
          const size = sizeOf(kind, bytes[optionAt + 1] ?? 0);
          const isWanted = isOf(of, kind);
          const value = isWanted ? read(bytes, optionAt, size, end) : null;
          if (value !== null) out.push(value);
          optionAt += size;
        }
      });
    },
    { base },
  );
}

const number =
  (size: number) =>
  (bytes: Uint8Array, at: number, _length: number, end: number): number | null =>
    at + 2 + size <= end ? readNumber(bytes, at + 2, size) : null;

const ofType =
  (mask: number) =>
  (bytes: Uint8Array, at: number): number =>
    ((bytes[at] ?? 0) & mask) >> (31 - Math.clz32(mask & -mask));

/** What Wireshark has for bytes of which there are none. */
const EMPTY = '<none>';

/** The addresses of a routing header of one kind, RFC 8200 §4.4, RFC 6275 §6.4, RFC 8754 §2. */
function addresses(name: string, about: string, of: number, from: number, count: Count): PacketField {
  return worked(NEXT.ipv6, `ipv6.routing.${name}`, 'ipv6', about, (packet, layer, out) => {
    const { bytes } = packet;
    eachExtension(packet, layer, (header, at, length) => {
      if (header !== ROUTING || bytes[at + 2] !== of) return;
      const end = Math.min(at + length, layer.end);
      for (let index = 0; index < count(bytes, at, length); index++) {
        const addressAt = at + from + index * ADDRESS;
        if (addressAt + ADDRESS > end) return;
        out.push(bytes.subarray(addressAt, addressAt + ADDRESS));
      }
    });
  });
}

type Count = (bytes: Uint8Array, at: number, length: number) => number;

const fitting: Count = (_bytes, _at, length) => (length - 8) >> 4;

function ofSegments(offset: number, name: string, about: string, base: 'dec' | 'hex'): PacketField {
  return worked(
    NEXT.ipv6,
    `ipv6.routing.srh.${name}`,
    'uint8',
    about,
    (packet, layer, out) => {
      eachExtension(packet, layer, (header, at) => {
        if (header === ROUTING && at + offset < layer.end && packet.bytes[at + 2] === ROUTE.segments)
          out.push(packet.bytes[at + offset] ?? 0);
      });
    },
    { base },
  );
}

/** Options and routes of IPv6, as far as they are in use. */
export const IPV6_OPTION_FIELDS: readonly PacketField[] = [
  option('type', 'uint8', 'Kinds of the options', 'all', (bytes, at) => bytes[at] ?? 0, 'hex'),
  option('type.action', 'uint8', 'What to do when it is not known', 'long', ofType(0xc0)),
  option('type.change', 'bool', 'It may change on the way', 'long', ofType(0x20)),
  option('type.rest', 'uint8', 'The other bits of the kind', 'long', ofType(0x1f), 'hex'),
  option('length', 'uint8', 'Lengths of the options', 'long', (bytes, at) => bytes[at + 1] ?? 0),
  option('padn', 'bytes', 'Padding', OPTION.padN, (bytes, at, length, end) =>
    at + length > end ? null : length > 2 ? bytes.subarray(at + 2, at + length) : EMPTY,
  ),
  option('tel', 'uint8', 'Tunnels that it may still enter (RFC 2473)', OPTION.tunnelLimit, number(1)),
  option('router_alert', 'uint16', 'Routers look at it (RFC 2711)', OPTION.routerAlert, number(2)),
  option('jumbo', 'uint32', 'Length of a packet above 65535 bytes (RFC 2675)', OPTION.jumbo, number(4)),
  option(
    'mipv6.home_address',
    'ipv6',
    'Home address (RFC 6275)',
    OPTION.homeAddress,
    (bytes, at, _length, end) => (at + 2 + ADDRESS <= end ? bytes.subarray(at + 2, at + 2 + ADDRESS) : null),
  ),
  addresses('src.addr', 'Addresses on the way', ROUTE.source, 8, fitting),
  addresses('mipv6.home_address', 'Home address', ROUTE.mobile, 8, fitting),
  ofSegments(4, 'last_entry', 'Last segment of the list', 'dec'),
  ofSegments(5, 'flags', 'Flags', 'hex'),
  addresses('srh.addr', 'Segments', ROUTE.segments, 8, (bytes, at) => (bytes[at + 4] ?? 0) + 1),
];
