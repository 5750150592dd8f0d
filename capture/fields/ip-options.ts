import { NEXT } from '../decode/decoding.ts';
import { routeLeft } from '../decode/ipv4-route.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldType, FieldValue, Packet, PacketField } from './field.ts';
import { readNumber, worked } from './make.ts';

const MIN_HEADER = 20;
const OPTION = {
  end: 0,
  nop: 1,
  record: 7,
  time: 68,
  loose: 131,
  stream: 136,
  strict: 137,
  alert: 148,
} as const;
const ROUTES: readonly number[] = [OPTION.record, OPTION.loose, OPTION.strict];
const POINTED: readonly number[] = [...ROUTES, OPTION.time];

/** The kinds that Wireshark knows, of others it shows nothing; behind one that is shorter than this it reads no more. */
const SHORTEST: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  7: 3,
  11: 2,
  12: 4,
  25: 8,
  68: 4,
  82: 12,
  130: 3,
  131: 2,
  133: 3,
  134: 6,
  136: 4,
  137: 3,
  148: 4,
  149: 2,
};

type HeaderLen = (packet: Packet, layer: Layer) => number;
type Visit = (kind: number, at: number, length: number | null) => void;

/** Visits the options of a header; `length` is null of those that are a single byte. */
function eachOption(packet: Packet, layer: Layer, headerLen: HeaderLen, visit: Visit): void {
  const end = layer.at + headerLen(packet, layer);
  // Wireshark reads none when the header is cut.
  if (end > layer.end) return;
  for (let at = layer.at + MIN_HEADER; at < end; ) {
    const kind = packet.bytes[at] ?? 0;
    const isSingle = kind === OPTION.end || kind === OPTION.nop;
    const length = isSingle ? 1 : at + 1 < end ? (packet.bytes[at + 1] ?? 0) : 0;
    if (!isSingle && (length < 2 || at + length > end)) return;
    const shortest = SHORTEST[kind];
    if (shortest !== undefined) visit(kind, at, isSingle ? null : length);
    if (kind === OPTION.end || length < (shortest ?? 0)) return;
    at += length;
  }
}

/** Options of the IPv4 header (RFC 791 §3.1): the kind of each, padding with them, and what those in use hold. */
export function ipOptionFields(headerLen: HeaderLen): readonly PacketField[] {
  const each = (packet: Packet, layer: Layer, visit: Visit): void =>
    eachOption(packet, layer, headerLen, visit);
  /** A number of `size` bytes, of each option or of some. */
  const one = (
    name: string,
    type: FieldType,
    about: string,
    of: readonly number[] | 'all',
    offset: number,
    size: number,
    mask = 0,
  ): PacketField =>
    worked(NEXT.ipv4, `ip.opt.${name}`, type, about, (packet, layer, out) => {
      each(packet, layer, (kind, at, length) => {
        if (of !== 'all' && !of.includes(kind)) return;
        if (offset + size > (length ?? 1) || at + offset + size > layer.end) return;
        const raw = readNumber(packet.bytes, at + offset, size);
        out.push(mask === 0 ? raw : (raw & mask) >> (31 - Math.clz32(mask & -mask)));
      });
    });
  return [
    one('type', 'uint8', 'Kinds of the options', 'all', 0, 1),
    one('type.copy', 'bool', 'Each fragment has it', 'all', 0, 1, 0x80),
    one('type.class', 'uint8', 'Control 0, measurement 2', 'all', 0, 1, 0x60),
    one('type.number', 'uint8', 'The other bits of the kind', 'all', 0, 1, 0x1f),
    worked(NEXT.ipv4, 'ip.opt.len', 'uint8', 'Lengths of the options', (packet, layer, out) => {
      each(packet, layer, (_kind, _at, length) => {
        if (length !== null) out.push(length);
      });
    }),
    one('ptr', 'uint8', 'Where the next entry goes, from 1', POINTED, 2, 1),
    one('overflow', 'uint8', 'Hosts that had no room for their time', [OPTION.time], 3, 1, 0xf0),
    one('sid', 'uint16', 'Stream of SATNET', [OPTION.stream], 2, 2),
    one('ra', 'uint16', 'Routers look at it (RFC 2113)', [OPTION.alert], 2, 2),
  ];
}

/** The addresses of a record route, and of a source route with stops left or without. */
export function ipRouteFields(headerLen: HeaderLen): readonly PacketField[] {
  const route = (name: string, about: string, read: PacketField['read']): PacketField =>
    worked(NEXT.ipv4, name, 'ipv4', about, read);
  /** The route that has stops left; negative where there is none. */
  const left = (packet: Packet, layer: Layer): number =>
    routeLeft(packet.bytes, layer.at, layer.at + headerLen(packet, layer), layer.end);
  return [
    route('ip.rec_rt', 'Addresses on the way', (packet, layer, out) => {
      eachOption(packet, layer, headerLen, (kind, at, length) => {
        if (!ROUTES.includes(kind) || length === null || length < 3) return;
        const pointer = packet.bytes[at + 2] ?? 0;
        if (pointer % 4 !== 0) return;
        const next = pointer - 1;
        pushAll(packet.bytes, at + 3, at + Math.min(length, next), out);
      });
    }),
    route('ip.empty_rt', 'Room in a record route', (packet, layer, out) => {
      eachOption(packet, layer, headerLen, (kind, at, length) => {
        if (kind !== OPTION.record || length === null) return;
        const pointer = packet.bytes[at + 2] ?? 0;
        if (pointer >= 4 && pointer % 4 === 0) pushAll(packet.bytes, at + pointer - 1, at + length, out);
      });
    }),
    route('ip.cur_rt', 'Next stop of a source route', (packet, layer, out) => {
      if (left(packet, layer) >= 0) out.push(readNumber(packet.bytes, layer.at + 16, 4));
    }),
    route('ip.src_rt', 'Stops of a source route behind the next, but for the last', (packet, layer, out) => {
      const at = left(packet, layer);
      // Wireshark reads none when the header is cut.
      if (at < 0 || layer.at + headerLen(packet, layer) > layer.end) return;
      const [length = 0, pointer = 0] = packet.bytes.subarray(at + 1, at + 3);
      pushAll(packet.bytes, at + pointer - 1, at + length - 4, out);
    }),
  ];
}

function pushAll(bytes: Uint8Array, from: number, end: number, out: FieldValue[]): void {
  for (let at = from; at + 4 <= end; at += 4) out.push(readNumber(bytes, at, 4));
}
