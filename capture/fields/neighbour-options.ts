import { NEXT } from '../decode/decoding.ts';
import type { FieldType, FieldValue, PacketField } from './field.ts';
import { readNumber, worked } from './make.ts';

/** Where the options of each kind of message begin, RFC 4861 §4: solicitations and advertisements, and redirects. */
const BEGIN: Readonly<Record<number, number>> = { 133: 8, 134: 16, 135: 24, 136: 24, 137: 40 };
const OPTION = {
  source: 1,
  target: 2,
  prefix: 3,
  mtu: 5,
  interval: 7,
  nonce: 14,
  homeAgent: 8,
  route: 24,
  resolver: 25,
  flags: 26,
  searchList: 31,
  portal: 37,
  pref64: 38,
} as const;

function option(
  name: string,
  type: FieldType,
  about: string,
  of: readonly number[],
  read: (
    bytes: Uint8Array,
    at: number,
    length: number,
    captured: number,
  ) => FieldValue | readonly FieldValue[] | null,
  base: 'dec' | 'hex' = 'dec',
): PacketField {
  return worked(
    NEXT.icmpv6,
    `icmpv6.opt.${name}`,
    type,
    about,
    ({ bytes }, layer, out) => {
      const begin = BEGIN[bytes[layer.at] ?? 0];
      if (begin === undefined) return;
      for (let at = layer.at + begin; at + 2 <= layer.end; ) {
        const length = (bytes[at + 1] ?? 0) * 8;
        // One without a length ends with it: behind it nothing can be found.
        const captured = Math.min(length || 2, layer.end - at);
        const found =
          of.length === 0 || of.includes(bytes[at] ?? 0) ? read(bytes, at, length, captured) : null;
        if (isList(found)) out.push(...found);
        else if (found !== null) out.push(found);
        if (length === 0) break;
        at += length;
      }
    },
    { base },
  );
}

function isList(found: FieldValue | readonly FieldValue[] | null): found is readonly FieldValue[] {
  return Array.isArray(found);
}

const number =
  (offset: number, size: number, mask = 0) =>
  (bytes: Uint8Array, at: number, _length: number, captured: number): number | null => {
    if (offset + size > captured) return null;
    const raw = readNumber(bytes, at + offset, size);
    return mask === 0 ? raw : (raw & mask) >>> (31 - Math.clz32(mask & -mask));
  };

/** Addresses from an offset to the end of the option. */
const addresses =
  (offset: number) =>
  (bytes: Uint8Array, at: number, length: number, captured: number): Uint8Array[] => {
    const found: Uint8Array[] = [];
    for (let from = offset; from + 16 <= Math.min(length, captured); from += 16)
      found.push(bytes.subarray(at + from, at + from + 16));
    return found;
  };

/** The domains of a search list, written as in DNS (RFC 1035 §3.1), without pointers; zeros behind them are padding. */
function domains(bytes: Uint8Array, at: number, length: number, captured: number): string[] {
  const end = at + Math.min(length, captured);
  const found: string[] = [];
  const labels: string[] = [];
  for (let from = at + 8; from < end; ) {
    const size = bytes[from] ?? 0;
    if (size === 0) {
      if (labels.length === 0) break;
      found.push(labels.splice(0).join('.'));
    } else if (from + 1 + size > end) break;
    else labels.push(asText(bytes.subarray(from + 1, from + 1 + size)));
    from += 1 + size;
  }
  return found;
}

const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const flag =
  (mask: number) =>
  (bytes: Uint8Array, at: number, _length: number, captured: number): number | null =>
    captured <= 3 ? null : ((bytes[at + 3] ?? 0) & mask) === 0 ? 0 : 1;

/** An Ethernet address: others are longer, with padding that only their link tells. */
const address = (bytes: Uint8Array, at: number, length: number, captured: number): Uint8Array | null =>
  length === 8 && captured === 8 ? bytes.subarray(at + 2, at + 8) : null;

const prefix = [OPTION.prefix];
const PREFIXES = [OPTION.prefix, OPTION.route];

/** The prefix; that of a route may be written short, RFC 4191 §2.3. */
function prefixOf(bytes: Uint8Array, at: number, length: number, captured: number): Uint8Array | null {
  if (bytes[at] === OPTION.prefix) return captured >= 32 ? bytes.subarray(at + 16, at + 32) : null;
  if (length <= 8 || length > 24 || captured < length) return null;
  const address = new Uint8Array(16);
  address.set(bytes.subarray(at + 8, at + length));
  return address;
}

/** An address of the web, with zeros as padding. */
function portal(bytes: Uint8Array, at: number, length: number, captured: number): string | null {
  return captured === length ? asText(bytes.subarray(at + 2, at + length)).replace(/\0.*$/s, '') : null;
}

/** Bytes of the prefix of NAT64 by its code, RFC 8781 §4. */
const PREFIX64 = [12, 8, 7, 6, 5, 4];

function prefix64(bytes: Uint8Array, at: number, _length: number, captured: number): Uint8Array | null {
  const size = captured < 4 ? undefined : PREFIX64[(bytes[at + 3] ?? 0) & 7];
  if (size === undefined || 4 + size > captured) return null;
  const address = new Uint8Array(16);
  address.set(bytes.subarray(at + 4, at + 4 + size));
  return address;
}

/** Options of neighbour discovery, RFC 4861 §4.6. */
export const NEIGHBOUR_OPTION_FIELDS: readonly PacketField[] = [
  option('type', 'uint8', 'Kinds of the options', [], number(0, 1)),
  option('length', 'uint8', 'Lengths of the options, in 8 bytes', [], number(1, 1)),
  option('linkaddr', 'ether', 'Link address', [OPTION.source, OPTION.target], address),
  option('src_linkaddr', 'ether', 'Link address of the source', [OPTION.source], address),
  option('target_linkaddr', 'ether', 'Link address of the target', [OPTION.target], address),
  option('prefix.length', 'uint8', 'Bits of the prefix', PREFIXES, number(2, 1)),
  option('prefix.flag', 'uint8', 'Flags of the prefix', prefix, number(3, 1), 'hex'),
  option('prefix.flag.l', 'bool', 'The prefix is on the link', prefix, flag(0x80)),
  option('prefix.flag.a', 'bool', 'Addresses may be made with it', prefix, flag(0x40)),
  option('prefix.valid_lifetime', 'uint32', 'Seconds that it is on the link', prefix, number(4, 4)),
  option(
    'prefix.preferred_lifetime',
    'uint32',
    'Seconds that its addresses are preferred',
    prefix,
    number(8, 4),
  ),
  option('prefix', 'ipv6', 'Prefix', PREFIXES, prefixOf),
  option('prefix.flag.r', 'bool', "The prefix holds the router's address", prefix, flag(0x20)),
  option('advertisement_interval', 'uint32', 'ms between advertisements', [OPTION.interval], number(4, 4)),
  option('nonce', 'bytes', 'Nonce (RFC 3971)', [OPTION.nonce], (bytes, at, length, captured) =>
    captured === length ? bytes.subarray(at + 2, at + length) : null,
  ),
  option('route_info.flag', 'uint8', 'Flags of a route (RFC 4191)', [OPTION.route], number(3, 1), 'hex'),
  option(
    'route_info.flag.route_preference',
    'uint8',
    'Preference: 0 medium, 1 high, 3 low',
    [OPTION.route],
    (bytes, at, _length, captured) => (captured > 3 ? ((bytes[at + 3] ?? 0) >> 3) & 3 : null),
  ),
  option('route_lifetime', 'uint32', 'Seconds that the route is good', [OPTION.route], number(4, 4)),
  option(
    'rdnss.lifetime',
    'uint32',
    'Seconds that the name servers are good (RFC 8106)',
    [OPTION.resolver],
    number(4, 4),
  ),
  option('rdnss', 'ipv6', 'Name servers', [OPTION.resolver], addresses(8)),
  option(
    'dnssl.lifetime',
    'uint32',
    'Seconds that the domains are good (RFC 8106)',
    [OPTION.searchList],
    number(4, 4),
  ),
  option('dnssl', 'string', 'Domains to search', [OPTION.searchList], domains),
  option('prefix.flag.reserved', 'uint8', 'Bits that mean nothing', prefix, number(3, 1, 0x1f)),
  option(
    'route_info.flag.reserved',
    'uint8',
    'Bits that mean nothing',
    [OPTION.route],
    (bytes, at, _length, captured) => (captured > 3 ? (bytes[at + 3] ?? 0) & 0xe7 : null),
  ),
  option('home_agent_preference', 'uint16', 'Preference (RFC 6275)', [OPTION.homeAgent], number(4, 2)),
  option('home_agent_lifetime', 'uint16', 'Seconds that it is good', [OPTION.homeAgent], number(6, 2)),
  option('efo', 'uint16', 'More flags (RFC 5175)', [OPTION.flags], number(2, 2), 'hex'),
  option('captive_portal', 'string', 'Where to log in (RFC 8910)', [OPTION.portal], portal),
  option(
    'pref64.scaled_lifetime',
    'uint16',
    'Lifetime in 8 seconds (RFC 8781)',
    [OPTION.pref64],
    number(2, 2, 0xfff8),
  ),
  option('pref64.plc', 'uint16', 'Length of the prefix, as a code', [OPTION.pref64], number(2, 2, 7), 'hex'),
  option('pref64.prefix', 'ipv6', 'Prefix of NAT64', [OPTION.pref64], prefix64),
  option('mtu', 'uint32', 'MTU of the link', [OPTION.mtu], number(4, 4)),
];
