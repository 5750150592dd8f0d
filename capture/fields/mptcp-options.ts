import { NEXT } from '../decode/decoding.ts';
import { TCP_OPTION } from '../decode/tcp-options.ts';
import type { FieldType, FieldValue, PacketField } from './field.ts';
import { readNumber, worked } from './make.ts';
import { eachOption } from './tcp-option-visit.ts';

/** Kinds of MPTCP options, RFC 8684 §3. */
const SUBTYPE = {
  capable: 0,
  join: 1,
  dss: 2,
  addAddress: 3,
  removeAddress: 4,
  priority: 5,
  fail: 6,
  fastClose: 7,
  reset: 8,
} as const;
/** Lengths of MP_JOIN in the SYN, its answer and the third segment (RFC 8684 §3.2). */
const JOIN = { syn: 12, synAck: 16, ack: 24 } as const;
/** Bits of DSS (RFC 8684 §3.3). */
const DSS = { dataAck: 1, dataAck8: 2, mapping: 4, mapping8: 8, fin: 16 } as const;

/**
 * Where a value stands in an option of this subtype, length, flags (its fourth byte) and four bits beside the subtype; null
 * where it has none.
 */
type Place = (
  subtype: number,
  length: number,
  flags: number,
  low: number,
) => number | readonly number[] | null;
const HEXADECIMAL: readonly string[] = ['checksum', 'flags', 'reserved', 'reserved.flag', 'rst_reason'];

function option(
  name: string,
  type: FieldType,
  about: string,
  size: Size,
  place: Place,
  mask = 0,
): PacketField {
  const base = HEXADECIMAL.includes(name) ? ({ base: 'hex' } as const) : {};
  return worked(
    NEXT.tcp,
    `tcp.options.mptcp.${name}`,
    type,
    about,
    (packet, layer, out) => {
      const { bytes } = packet;
      eachOption(packet, layer, (number, at, length, end) => {
        if (number !== TCP_OPTION.mptcp || length < 3 || at + 3 > end) return;
        const flags = length > 3 && at + 3 < end ? (bytes[at + 3] ?? 0) : 0;
        const subtype = (bytes[at + 2] ?? 0) >> 4;
        const found = place(subtype, length, flags, (bytes[at + 2] ?? 0) & 15);
        for (const offset of found === null ? [] : typeof found === 'number' ? [found] : found) {
          const bytesHere = typeof size === 'number' ? size : size(flags, subtype);
          if (offset + bytesHere > length || at + offset + bytesHere > end) continue;
          out.push(numberOrBytes(type, bytes, at + offset, bytesHere, mask));
        }
      });
    },
    base,
  );
}

/** Bytes of a value, which for some the flags tell. */
type Size = number | ((flags: number, subtype: number) => number);

function numberOrBytes(
  type: FieldType,
  bytes: Uint8Array,
  at: number,
  size: number,
  mask: number,
): FieldValue {
  if (type === 'bytes' || type === 'ipv6') return bytes.subarray(at, at + size);
  if (size === 8) return (BigInt(readNumber(bytes, at, 4)) << 32n) | BigInt(readNumber(bytes, at + 4, 4));
  const raw = readNumber(bytes, at, size);
  if (type === 'uint64') return BigInt(raw);
  return mask === 0 ? raw : (raw & mask) >> (31 - Math.clz32(mask & -mask));
}

const inCapable =
  (offset: number): Place =>
  (subtype) =>
    subtype === SUBTYPE.capable ? offset : null;

/** In MP_CAPABLE of version 0 (RFC 6824), or of a later one. */
const inVersion =
  (isFirst: boolean): Place =>
  (subtype, _length, _flags, version) =>
    subtype === SUBTYPE.capable && (version === 0) === isFirst ? 3 : null;

const resetFlag = (name: string, about: string, mask: number): PacketField =>
  option(`${name}.flag`, 'uint8', about, 1, (subtype) => (subtype === SUBTYPE.reset ? 2 : null), mask);

const inJoin =
  (length: number, offset: number): Place =>
  (subtype, found) =>
    subtype === SUBTYPE.join && found === length ? offset : null;

const inDss =
  (bit: number, offset: (flags: number) => number): Place =>
  (subtype, _length, flags) =>
    subtype === SUBTYPE.dss && (bit === 0 || (flags & bit) !== 0) ? offset(flags) : null;

const inAddress =
  (offset: number, lengths: readonly number[]): Place =>
  (subtype, length) =>
    subtype === SUBTYPE.addAddress && lengths.includes(length) ? offset : null;

/** In ADD_ADDR: four bits that are the version of the address, or from version 1 on hold a flag. */
const isAddress =
  (isVersion: boolean): Place =>
  (subtype, _length, _flags, low) =>
    subtype === SUBTYPE.addAddress && (low === 4 || low === 6) === isVersion ? 2 : null;

/** Where the mapping of DSS begins, and where its own data sequence number ends. */
const mappingAt = (flags: number): number =>
  4 + ((flags & DSS.dataAck) === 0 ? 0 : (flags & DSS.dataAck8) === 0 ? 4 : 8);
const behindNumber = (flags: number): number => mappingAt(flags) + ((flags & DSS.mapping8) === 0 ? 4 : 8);

const dssFlag = (name: string, about: string, mask: number): PacketField =>
  option(
    `${name}.flag`,
    'uint8',
    about,
    1,
    inDss(0, () => 3),
    mask,
  );

const isOpening = (subtype: number, length: number): boolean =>
  subtype === SUBTYPE.join && (length === JOIN.syn || length === JOIN.synAck);

/** MPTCP (RFC 6824, RFC 8684), option by option. */
export const MPTCP_OPTION_FIELDS: readonly PacketField[] = [
  option('version', 'uint8', 'Version of MPTCP', 1, inCapable(2), 0x0f),
  option('flags', 'uint8', 'Flags of the option', 1, (subtype, length) => {
    if (subtype === SUBTYPE.capable || subtype === SUBTYPE.dss) return 3;
    const isEarly = subtype === SUBTYPE.priority || subtype === SUBTYPE.reset;
    return isEarly || isOpening(subtype, length) ? 2 : null;
  }),
  option('checksumreq.flags', 'uint8', 'Checksums are wanted', 1, inCapable(3), 0x80),
  option('extensibility.flag', 'uint8', 'The meaning of the option is extended', 1, inCapable(3), 0x40),
  option('nomoresubflows.flag', 'uint8', 'This address takes no more subflows', 1, inVersion(false), 0x20),
  option('reserved.flag', 'uint8', 'Bits that mean nothing', 1, inVersion(true), 0x3e),
  option('reserved.flag', 'uint8', 'Bits that mean nothing', 1, inVersion(false), 0x1e),
  option('sha1.flag', 'uint8', 'HMAC-SHA1 is used (version 0)', 1, inVersion(true), 0x01),
  option('sha256.flag', 'uint8', 'HMAC-SHA256 is used (from version 1 on)', 1, inVersion(false), 0x01),
  option(
    'reserved',
    'uint16',
    'Bits that mean nothing',
    2,
    (subtype, length) =>
      (subtype === SUBTYPE.join && length === JOIN.ack) ||
      subtype === SUBTYPE.fail ||
      subtype === SUBTYPE.fastClose
        ? 2
        : null,
    0x0fff,
  ),
  option('checksum', 'uint16', 'Checksum of the data', 2, (subtype, length, flags) => {
    if (subtype === SUBTYPE.capable) return length >= 24 ? 22 : null;
    // Found by trying tshark: of a mapping it is shown only where two bytes more follow.
    const at = behindNumber(flags) + 6;
    return subtype === SUBTYPE.dss && (flags & DSS.mapping) !== 0 && length >= at + 4 ? at : null;
  }),
  resetFlag('flag_U', 'Reset: a bit that means nothing', 0x08),
  resetFlag('flag_V', 'Reset: a bit that means nothing', 0x04),
  resetFlag('flag_W', 'Reset: a bit that means nothing', 0x02),
  resetFlag('flag_T', 'Reset: the trouble may pass', 0x01),
  option('rst_reason', 'uint8', 'Why the subflow is reset', 1, (subtype) =>
    subtype === SUBTYPE.reset ? 3 : null,
  ),
  option(
    'backup.flag',
    'uint8',
    'The subflow is only a backup',
    1,
    (subtype, length) => (isOpening(subtype, length) || subtype === SUBTYPE.priority ? 2 : null),
    0x01,
  ),
  dssFlag('datafin', 'The stream of data ends', DSS.fin),
  dssFlag('dseqn8', 'The data sequence number has 8 bytes', DSS.mapping8),
  dssFlag('dseqnpresent', 'A mapping of data is there', DSS.mapping),
  dssFlag('dataack8', 'The acknowledgement of data has 8 bytes', DSS.dataAck8),
  dssFlag('dataackpresent', 'An acknowledgement of data is there', DSS.dataAck),
  option('addrid', 'uint8', 'Number of an address', 1, (subtype, length) => {
    if (isOpening(subtype, length) || subtype === SUBTYPE.addAddress) return 3;
    if (subtype === SUBTYPE.removeAddress) return Array.from({ length: length - 3 }, (_, index) => index + 3);
    return subtype === SUBTYPE.priority && length === 4 ? 3 : null;
  }),
  option('sendkey', 'uint64', 'Key of the sender', 8, inCapable(4)),
  option('recvkey', 'uint64', 'Key of the receiver', 8, (subtype) => {
    if (subtype === SUBTYPE.fastClose) return 4;
    return subtype === SUBTYPE.capable ? 12 : null;
  }),
  option('recvtok', 'uint32', 'Token of the connection that is joined', 4, inJoin(JOIN.syn, 4)),
  option('sendrand', 'uint32', 'Random number of the sender', 4, (subtype, length) =>
    isOpening(subtype, length) ? length - 4 : null,
  ),
  option('sendtrunchmac', 'uint64', 'First bytes of the HMAC', 8, inJoin(JOIN.synAck, 4)),
  option('sendhmac', 'bytes', 'HMAC of the sender', 20, inJoin(JOIN.ack, 4)),
  option(
    'rawdataack',
    'uint64',
    'Acknowledgement of data',
    (flags) => ((flags & DSS.dataAck8) === 0 ? 4 : 8),
    inDss(DSS.dataAck, () => 4),
  ),
  option(
    'rawdataseqno',
    'uint64',
    'Data sequence number',
    (flags, subtype) => (subtype === SUBTYPE.dss && (flags & DSS.mapping8) === 0 ? 4 : 8),
    (subtype, length, flags) =>
      subtype === SUBTYPE.fail ? 4 : inDss(DSS.mapping, mappingAt)(subtype, length, flags, 0),
  ),
  option('subflowseqno', 'uint32', 'Its number in the subflow', 4, inDss(DSS.mapping, behindNumber)),
  option('datalvllen', 'uint16', 'Bytes that the mapping is of', 2, (subtype, length, flags) => {
    if (subtype === SUBTYPE.capable) return length >= 22 ? 20 : null;
    return subtype === SUBTYPE.dss && (flags & DSS.mapping) !== 0 ? behindNumber(flags) + 4 : null;
  }),
  option('ipver', 'uint8', 'Version of the address (version 0)', 1, isAddress(true), 0x0f),
  option('echo', 'uint8', 'An address is confirmed (from version 1 on)', 1, isAddress(false), 0x01),
  option('ipv4', 'ipv4', 'An address that may be used too', 4, inAddress(4, [8, 10, 16, 18])),
  option('ipv6', 'ipv6', 'An address that may be used too', 16, inAddress(4, [20, 22, 28, 30])),
  option('port', 'uint16', 'Port of that address', 2, (subtype, length) => {
    if (subtype !== SUBTYPE.addAddress) return null;
    return length === 10 || length === 18 ? 8 : length === 22 || length === 30 ? 20 : null;
  }),
];
