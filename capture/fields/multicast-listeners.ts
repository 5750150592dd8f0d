import { readU16 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldType, FieldValue, Packet, PacketField } from './field.ts';
import { type FixedOptions, fixed, worked } from './make.ts';

const { icmpv6: kind } = NEXT;
const QUERY = 130;
/** Reports and done messages of the first version (RFC 2710), and reports of the second (RFC 3810). */
const OLD: readonly number[] = [131, 132];
const REPORT = 143;
const ADDRESS = 16;
/** A query of the second version is longer (RFC 3810 §8.1). */
const NEW_QUERY = 28;
const SOURCES_AT = 28;
const RECORDS_AT = 8;
const RECORD = 20;

/** As Wireshark has it, by what was captured. */
const isNew = ({ bytes }: Packet, { at, end }: Layer): boolean =>
  bytes[at] === QUERY && end - at >= NEW_QUERY;
const isOf = ({ bytes }: Packet, { at }: Layer): boolean =>
  bytes[at] === QUERY || OLD.includes(bytes[at] ?? 0);
const isReport = ({ bytes }: Packet, { at }: Layer): boolean => bytes[at] === REPORT;

function query(
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  return fixed(kind, offset, `icmpv6.mld.${name}`, type, about, { when: isNew, ...options });
}

/** A number with an exponent of three bits behind the first bit, where that is set (RFC 3810 §5.1.3, §5.1.9). */
function decoded(code: number, bits: number): number {
  const first = 8 << bits;
  if (code < first) return code;
  return ((code & ((1 << bits) - 1)) | (1 << bits)) << (((code >> bits) & 7) + 3);
}

/** A value of each record of a report; `read` appends it when it was captured. */
function ofRecords(
  name: string,
  type: FieldType,
  about: string,
  read: (bytes: Uint8Array, at: number, end: number, out: FieldValue[]) => void,
): PacketField {
  return worked(kind, `icmpv6.mldr.mar.${name}`, type, about, (packet, layer, out) => {
    const { bytes } = packet;
    const { at, end } = layer;
    if (!isReport(packet, layer) || at + RECORDS_AT > end) return;
    let recordAt = at + RECORDS_AT;
    for (let left = readU16(bytes, at + 6); left > 0 && recordAt < end; left--) {
      read(bytes, recordAt, end, out);
      if (recordAt + RECORD > end) return;
      recordAt += RECORD + readU16(bytes, recordAt + 2) * ADDRESS + (bytes[recordAt + 1] ?? 0) * 4;
    }
  });
}

/** So many addresses, as far as they were captured. */
function pushAddresses(bytes: Uint8Array, from: number, count: number, end: number, out: FieldValue[]): void {
  for (let at = from, left = count; left > 0 && at + ADDRESS <= end; left--, at += ADDRESS)
    out.push(bytes.subarray(at, at + ADDRESS));
}

/** Who listens to which group: multicast listener discovery, RFC 2710 and RFC 3810. */
export const LISTENER_FIELDS: readonly PacketField[] = [
  query(4, 'maximum_response_delay', 'uint16', 'ms within which to answer', {
    when: (packet, layer) => isOf(packet, layer) && !isNew(packet, layer),
  }),
  worked(
    kind,
    'icmpv6.mld.maximum_response_code',
    'uint32',
    'ms within which to answer',
    (packet, layer, out) => {
      if (isNew(packet, layer)) out.push(decoded(readU16(packet.bytes, layer.at + 4), 12));
    },
  ),
  query(8, 'multicast_address', 'ipv6', 'Group of a multicast listener', { when: isOf }),
  query(24, 'flag', 'uint8', 'Flags', { base: 'hex' }),
  query(24, 'flag.s', 'bool', 'Routers do not act on it', { mask: 0x08 }),
  query(24, 'flag.qrv', 'uint8', 'How often reports are repeated', { mask: 0x07 }),
  query(24, 'flag.reserved', 'uint8', 'Bits that mean nothing', { mask: 0xf0 }),
  worked(kind, 'icmpv6.mld.qqi', 'uint16', 'Seconds between queries', (packet, layer, out) => {
    if (isNew(packet, layer)) out.push(decoded(packet.bytes[layer.at + 25] ?? 0, 4));
  }),
  query(26, 'nb_sources', 'uint16', 'How many sources are asked for'),
  worked(kind, 'icmpv6.mld.source_address', 'ipv6', 'Sources asked for', (packet, layer, out) => {
    const { at, end } = layer;
    if (!isNew(packet, layer) || at + SOURCES_AT > end) return;
    pushAddresses(packet.bytes, at + SOURCES_AT, readU16(packet.bytes, at + 26), end, out);
  }),
  fixed(kind, 6, 'icmpv6.mldr.nb_mcast_records', 'uint16', 'How many records there are', { when: isReport }),
  ofRecords(
    'record_type',
    'uint8',
    'Include 1, exclude 2, changes to 3 and 4, allow 5, block 6',
    (bytes, at, _end, out) => out.push(bytes[at] ?? 0),
  ),
  ofRecords('aux_data_len', 'uint8', 'Further data, in 4 bytes', (bytes, at, end, out) => {
    if (at + 2 <= end) out.push(bytes[at + 1] ?? 0);
  }),
  ofRecords('nb_sources', 'uint16', 'How many sources it names', (bytes, at, end, out) => {
    if (at + 4 <= end) out.push(readU16(bytes, at + 2));
  }),
  ofRecords('multicast_address', 'ipv6', 'Group', (bytes, at, end, out) => {
    if (at + RECORD <= end) out.push(bytes.subarray(at + 4, at + RECORD));
  }),
  ofRecords('source_address', 'ipv6', 'Sources', (bytes, at, end, out) => {
    if (at + RECORD <= end) pushAddresses(bytes, at + RECORD, readU16(bytes, at + 2), end, out);
  }),
];
