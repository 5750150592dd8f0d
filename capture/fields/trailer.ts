import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldValue, Packet, PacketField } from './field.ts';
import { worked } from './make.ts';

/** A frame without its check sequence is filled up to this (IEEE 802.3 §3.2.7). */
const LEAST = 60;
const WITH_FCS = 64;
const FCS = 4;
const HEADER = 14;
const TAG = 4;
/** A type up to this is a length (IEEE 802.3 §3.2.6). */
const MOST_CARRIED = 1500;

interface Trailer {
  readonly padding: Uint8Array | null;
  readonly trailer: Uint8Array | null;
  readonly fcs: number | null;
}

const NONE: Trailer = { padding: null, trailer: null, fcs: null };

/** Where what an Ethernet frame carries ends by its own account; -1 where it does not say. */
function carriedEnd({ bytes, layers }: Packet, layer: Layer): number {
  const next = layers[layers.indexOf(layer) + 1];
  const length = readU16(bytes, layer.at + 12);
  if (length <= MOST_CARRIED) return layer.at + HEADER + length;
  if (next === undefined) return -1;
  if (next.kind === NEXT.vlan || next.kind === NEXT.mpls) {
    const tag = layers.findLast(({ kind, at }) => kind === NEXT.vlan && at >= next.at);
    if (tag !== undefined && readU16(bytes, tag.at + 2) <= MOST_CARRIED)
      return tag.at + TAG + readU16(bytes, tag.at + 2);
    const last = layers.find(({ kind, at }) => at > next.at && kind !== next.kind);
    return last === undefined ? -1 : ownEnd(bytes, last);
  }
  return ownEnd(bytes, next);
}

function ownEnd(bytes: Uint8Array, { kind, at, end }: Layer): number {
  if (kind === NEXT.ipv4 && at + 4 <= end && readU16(bytes, at + 2) >= 20) return at + readU16(bytes, at + 2);
  if (kind === NEXT.ipv6 && at + 6 <= end) return at + 40 + readU16(bytes, at + 4);
  if (kind === NEXT.arp && at + 6 <= end) return at + 8 + ((bytes[at + 4] ?? 0) + (bytes[at + 5] ?? 0)) * 2;
  return -1;
}

/**
 * What stands behind the packet in an Ethernet frame: zeros up to 60 bytes are padding, the last four of a frame of 64 or
 * more its check sequence, the rest a trailer. Behind a VLAN tag only padding is told, in a tunnel only a trailer.
 */
function trailerOf(packet: Packet, layer: Layer): Trailer {
  const { bytes, capture, row } = packet;
  const { columns } = capture;
  if (layer.at + HEADER > layer.end || columns.capLen[row] !== columns.wireLen[row]) return NONE;
  let at = carriedEnd(packet, layer);
  // Of a frame in a tunnel all that follows is its trailer.
  if (layer.at !== 0) {
    const { end } = layer;
    const isPlain = !packet.layers.some(({ kind, at: tag }) => kind === NEXT.vlan && tag > layer.at);
    return at < 0 || at >= end || !isPlain ? NONE : { ...NONE, trailer: bytes.subarray(at, end) };
  }
  const { end } = packet;
  if (at < 0 || at >= end) return NONE;
  let padding: Uint8Array | null = null;
  if (at < LEAST && end >= LEAST && bytes.subarray(at, LEAST).every((byte) => byte === 0)) {
    padding = bytes.subarray(at, LEAST);
    at = LEAST;
  }
  if (packet.layers.some(({ kind }) => kind === NEXT.vlan)) return { ...NONE, padding };
  const hasFcs = end >= WITH_FCS && end - at >= FCS;
  const until = hasFcs ? end - FCS : end;
  return {
    padding,
    trailer: until > at ? bytes.subarray(at, until) : null,
    fcs: hasFcs ? readU32(bytes, until) : null,
  };
}

function behind(
  name: string,
  type: PacketField['type'],
  about: string,
  pick: (trailer: Trailer) => FieldValue | null,
  base: 'dec' | 'hex' = 'dec',
): PacketField {
  return worked(
    NEXT.ethernet,
    name,
    type,
    about,
    (packet, layer, out) => {
      const found = pick(trailerOf(packet, layer));
      if (found !== null) out.push(found);
    },
    { base },
  );
}

/** What follows the packet in an Ethernet frame. */
export const TRAILER_FIELDS: readonly PacketField[] = [
  behind('eth.padding', 'bytes', 'Zeros that make the frame long enough', ({ padding }) => padding),
  behind('eth.trailer', 'bytes', 'What follows the packet', ({ trailer }) => trailer),
  behind('eth.fcs', 'uint32', 'Frame check sequence, where there seems to be one', ({ fcs }) => fcs, 'hex'),
];
