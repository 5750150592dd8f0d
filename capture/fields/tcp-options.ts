import { ACK } from '../columns.ts';
import { NEXT } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import { TCP_OPTION } from '../decode/tcp-options.ts';
import type { FieldType, FieldValue, Packet, PacketField } from './field.ts';
import { readNumber, worked } from './make.ts';
import { MPTCP_OPTION_FIELDS } from './mptcp-options.ts';
import { eachOption, isDeadEnd } from './tcp-option-visit.ts';

const { tcp: kind } = NEXT;
const NEEDS = 16;
const MIN_HEADER = 20;

/** Numbers of the options of one kind: `offsets` says where in an option of a length they stand. */
function numbers(
  name: string,
  type: FieldType,
  about: string,
  option: number,
  offsets: (length: number) => readonly number[],
  size: number,
  change: (value: number, packet: Packet) => FieldValue = (value) => value,
): PacketField {
  return worked(kind, name, type, about, (packet, layer, out) => {
    eachOption(packet, layer, (number, at, length, end) => {
      if (number !== option) return;
      for (const offset of offsets(length)) {
        // A value is shown when it is there, even where the option or the header is cut behind it.
        if (at + offset + size <= end) out.push(change(readNumber(packet.bytes, at + offset, size), packet));
      }
    });
  });
}

const only =
  (expected: number, offset: number) =>
  (length: number): readonly number[] =>
    length === expected ? [offset] : [];

/** Where the left (2) or right (6) edges of the blocks of a SACK option stand, RFC 2018 §3. */
const edges =
  (first: number) =>
  (length: number): readonly number[] => {
    const offsets: number[] = [];
    for (let offset = first; offset + 4 <= length; offset += 8) offsets.push(offset);
    return offsets;
  };

/** Whether all that Wireshark reads of a SACK option is captured; from less it concludes nothing. A right edge that is cut short is not read. */
function isCaptured(at: number, length: number, end: number): boolean {
  const rest = (length - 2) % 8;
  return at + length - (rest > 4 ? rest - 4 : 0) <= end;
}

/**
 * Calls `visit` with where the first block of a SACK option stands that reports bytes which came twice (RFC 2883 §4), and
 * with its length. As Wireshark has it: it ends at or below the acknowledgement, or within the second block. It compares
 * the numbers that it shows, and those of the edges are relative even where that of the acknowledgement is not: in a
 * segment without ACK, and in a header that reaches beyond its packet.
 */
function duplicateBlocks(
  packet: Packet,
  layer: Layer,
  visit: (at: number, length: number, end: number) => void,
): void {
  const { bytes } = packet;
  const ack = readNumber(bytes, layer.at + 8, 4);
  const fits = layer.at + ((bytes[layer.at + 12] ?? 0) >> 4) * 4 <= layer.wireEnd;
  const isAck = ((bytes[layer.at + 13] ?? 0) & ACK) !== 0;
  const acked = fits && isAck ? relative(ack, packet) : ack;
  eachOption(packet, layer, (number, at, length, end) => {
    if (number !== TCP_OPTION.sack || length < 6 || !isCaptured(at, length, end)) return;
    const edge = (offset: number): number => relative(readNumber(bytes, at + offset, 4), packet);
    // A block without its right edge is taken to end below the acknowledgement.
    const isBelow = length < 10 || ((edge(6) - acked) | 0) <= 0;
    const isInside = length >= 18 && ((edge(6) - edge(10)) | 0) > 0 && ((edge(6) - edge(14)) | 0) <= 0;
    if (isBelow || isInside) visit(at + 2, Math.min(length, 10) - 2, end);
  });
}

/** An edge of such a block, or (`offset` null) that there is one. */
function duplicate(name: string, type: FieldType, about: string, offset: number | null): PacketField {
  return worked(kind, name, type, about, (packet, layer, out) => {
    duplicateBlocks(packet, layer, (at, length, end) => {
      const from = offset ?? 4;
      if (from + 4 > length || at + from + 4 > end) return;
      out.push(offset === null ? 1 : relative(readNumber(packet.bytes, at + from, 4), packet));
    });
  });
}

function relative(value: number, { capture, flow, direction, row }: Packet): number {
  const base = flow < 0 ? 0 : (capture.flows.baseSeq(flow, 1 - direction, row) ?? 0);
  return (value - base) >>> 0;
}

/** The bytes of an option, or a part of them. */
function bytesOf(
  name: string,
  about: string,
  option: number,
  from = 0,
  fits: (length: number, captured: number) => boolean = () => true,
): PacketField {
  return worked(kind, name, 'bytes', about, (packet, layer, out) => {
    eachOption(packet, layer, (number, at, length, end) => {
      if (number !== option || !fits(length, end - at) || length <= from) return;
      out.push(packet.bytes.subarray(at + from, Math.min(at + length, end)));
    });
  });
}

/** Calls `visit` with each option and each byte of padding, whose length is null; where a length does not fit, it ends. */
function eachWithPadding(
  packet: Packet,
  layer: Layer,
  visit: (number: number, at: number, length: number | null) => void,
): void {
  const { bytes } = packet;
  if (layer.quoted && layer.at + MIN_HEADER > layer.end) return;
  const headerEnd = layer.at + ((bytes[layer.at + 12] ?? 0) >> 4) * 4;
  if (layer.at + MIN_HEADER > layer.end) return;
  const end = Math.min(headerEnd, layer.end);
  let ended = false;
  for (let at = layer.at + MIN_HEADER; at < end; ) {
    const number = bytes[at] ?? 0;
    // Behind the end there is nothing but more of it.
    if (ended && number !== TCP_OPTION.end) return;
    ended ||= number === TCP_OPTION.end;
    const isPadding = number === TCP_OPTION.end || number === TCP_OPTION.nop;
    const length = isPadding ? 1 : at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
    if (length < (isPadding ? 1 : 2) || at + length > headerEnd) return;
    visit(number, at, isPadding ? null : length);
    if (isDeadEnd(number, length)) return;
    at += length;
  }
}

function ofAll(
  name: string,
  type: FieldType,
  about: string,
  value: (bytes: Uint8Array, at: number, number: number, length: number | null) => FieldValue | null,
): PacketField {
  return worked(kind, name, type, about, (packet, layer, out) => {
    eachWithPadding(packet, layer, (number, at, length) => {
      const found = value(packet.bytes, at, number, length);
      if (found !== null) out.push(found);
    });
  });
}

function padding(name: string, about: string, option: number): PacketField {
  return ofAll(name, 'bytes', about, (bytes, at, number) =>
    number === option ? bytes.subarray(at, at + 1) : null,
  );
}

/** Options of the TCP header (RFC 9293 §3.2 and the RFCs named). */
export const TCP_OPTION_FIELDS: readonly PacketField[] = [
  worked(kind, 'tcp.options', 'bytes', 'All options', ({ bytes }, layer, out) => {
    if (layer.quoted || layer.at + NEEDS > layer.end) return;
    const headerEnd = layer.at + ((bytes[layer.at + 12] ?? 0) >> 4) * 4;
    if (headerEnd - layer.at <= MIN_HEADER || headerEnd > layer.wireEnd) return;
    const end = Math.min(headerEnd, layer.end);
    out.push(end > layer.at + MIN_HEADER ? bytes.subarray(layer.at + MIN_HEADER, end) : '<MISSING>');
  }),
  ofAll('tcp.option_kind', 'uint8', 'Kinds of the options', (_bytes, _at, number) => number),
  ofAll(
    'tcp.option_len',
    'uint8',
    'Lengths of the options that have one',
    (_bytes, _at, _number, length) => length,
  ),
  padding('tcp.options.nop', 'No operation: padding before an option', TCP_OPTION.nop),
  padding('tcp.options.eol', 'End of the options', TCP_OPTION.end),
  bytesOf('tcp.options.mss', 'Maximum segment size', TCP_OPTION.mss),
  numbers('tcp.options.mss_val', 'uint16', 'Maximum segment size in bytes', TCP_OPTION.mss, only(4, 2), 2),
  bytesOf('tcp.options.wscale', 'Window scale', TCP_OPTION.windowScale),
  numbers(
    'tcp.options.wscale.shift',
    'uint8',
    'Window scale as a shift',
    TCP_OPTION.windowScale,
    only(3, 2),
    1,
  ),
  numbers(
    'tcp.options.wscale.multiplier',
    'uint16',
    'Window scale as a factor',
    TCP_OPTION.windowScale,
    only(3, 2),
    1,
    (shift) => 1 << Math.min(shift, 14),
  ),
  bytesOf('tcp.options.sack_perm', 'Selective acknowledgements may be sent', TCP_OPTION.sackPermitted),
  bytesOf('tcp.options.sack', 'Selective acknowledgements', TCP_OPTION.sack),
  worked(kind, 'tcp.options.sack.count', 'uint8', 'How many blocks they have', (packet, layer, out) => {
    eachOption(packet, layer, (number, at, length, end) => {
      if (number === TCP_OPTION.sack && isCaptured(at, length, end)) out.push((length - 2) >> 3);
    });
  }),
  numbers('tcp.options.sack_le', 'uint32', 'Left edge, relative', TCP_OPTION.sack, edges(2), 4, relative),
  numbers('tcp.options.sack_re', 'uint32', 'Right edge, relative', TCP_OPTION.sack, edges(6), 4, relative),
  duplicate('tcp.options.sack.dsack', 'bool', 'Its first block reports bytes that came twice', null),
  duplicate('tcp.options.sack.dsack_le', 'uint32', 'Left edge of what came twice, relative', 0),
  duplicate('tcp.options.sack.dsack_re', 'uint32', 'Right edge of what came twice, relative', 4),
  bytesOf('tcp.options.timestamp', 'Time stamps', TCP_OPTION.timestamps),
  numbers(
    'tcp.options.timestamp.tsval',
    'uint32',
    "The sender's clock",
    TCP_OPTION.timestamps,
    only(10, 2),
    4,
  ),
  numbers(
    'tcp.options.timestamp.tsecr',
    'uint32',
    "The other's clock, echoed",
    TCP_OPTION.timestamps,
    only(10, 6),
    4,
  ),
  bytesOf('tcp.options.md5.digest', 'Digest of RFC 2385', TCP_OPTION.md5, 2, (length) => length === 18),
  bytesOf('tcp.options.md5', 'Digest of RFC 2385, the whole option', TCP_OPTION.md5),
  bytesOf('tcp.options.tfo', 'Fast Open (RFC 7413)', TCP_OPTION.fastOpen),
  bytesOf('tcp.options.experimental', 'An experiment (RFC 6994)', TCP_OPTION.experiment1),
  bytesOf('tcp.options.experimental', 'An experiment (RFC 6994)', TCP_OPTION.experiment2),
  // What the capture cuts off of a cookie is not shown in part, as tshark does not.
  bytesOf(
    'tcp.options.tfo.cookie',
    'Cookie of Fast Open (RFC 7413)',
    TCP_OPTION.fastOpen,
    2,
    (length, captured) => length <= captured,
  ),
  numbers(
    'tcp.options.mptcp.subtype',
    'uint8',
    'What the MPTCP option is for (RFC 8684 §3)',
    TCP_OPTION.mptcp,
    (length) => (length >= 3 ? [2] : []),
    1,
    (value) => value >> 4,
  ),
  ...MPTCP_OPTION_FIELDS,
];
