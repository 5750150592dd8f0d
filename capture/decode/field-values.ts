import { formatIpv4, formatIpv6 } from '../addresses.ts';
import { readU16, readU32 } from './bytes.ts';
import { NEXT, type Next } from './decoding.ts';
import type { Layer } from './layers.ts';
import { eachTcpOption, TCP_OPTION } from './tcp-options.ts';

/** What the text of a field may need beyond the header itself. */
export interface FieldContext {
  readonly bytes: Uint8Array;
  /** Wireshark's tcp.stream or udp.stream of the row; -1 where it has none. */
  readonly stream: number;
  /** The number from which the relative sequence numbers of the other direction count. */
  readonly peerBase: number;
}

/** How one field is read from a header of its kind; an empty text where the header has none. */
export interface HeaderField {
  readonly kind: Next;
  readonly text: (layer: Layer, context: FieldContext) => string;
}

type Read = (bytes: Uint8Array, at: number) => string;

/** A field that stands in `size` bytes at `offset` of the header, of which `needs` bytes must be there. */
function fixed(kind: Next, offset: number, size: number, read: Read, needs = offset + size): HeaderField {
  return {
    kind,
    text: ({ at, end }, { bytes }) =>
      at + Math.max(needs, offset + size) <= end ? read(bytes, at + offset) : '',
  };
}

const u8: Read = (bytes, at) => `${bytes[at]!}`;
const u16: Read = (bytes, at) => `${readU16(bytes, at)}`;
const u32: Read = (bytes, at) => `${readU32(bytes, at)}`;
const hex16: Read = (bytes, at) => `0x${readU16(bytes, at).toString(16).padStart(4, '0')}`;
const ipv4: Read = (bytes, at) => formatIpv4(readU32(bytes, at));
const ipv6: Read = (bytes, at) =>
  formatIpv6(readU32(bytes, at), readU32(bytes, at + 4), readU32(bytes, at + 8), readU32(bytes, at + 12));
const bit =
  (mask: number): Read =>
  (bytes, at) =>
    (readU16(bytes, at) & mask) === 0 ? '0' : '1';

/** An IPv4 field: Wireshark shows none of a header whose version or lengths cannot be. */
function ofIpv4(offset: number, size: number, read: Read): HeaderField {
  const field = fixed(NEXT.ipv4, offset, size, read);
  return {
    kind: field.kind,
    text: (layer, context) => {
      const { bytes } = context;
      const headerLen = ipv4HeaderLen(layer, bytes);
      if (headerLen < 20) return '';
      const totalLen = ipv4TotalLen(layer, bytes);
      if (totalLen !== 0 && totalLen < headerLen) return '';
      return field.text(layer, context);
    },
  };
}

/** What the header says of its length; -1 when it is no IPv4 header. */
function ipv4HeaderLen({ at, end }: Layer, bytes: Uint8Array): number {
  return at < end && bytes[at]! >> 4 === 4 ? (bytes[at]! & 15) * 4 : -1;
}

/** The total length; where it is 0 (segmentation offload), that of the frame; 0 when it is cut off. */
function ipv4TotalLen({ at, end, wireEnd }: Layer, bytes: Uint8Array): number {
  return at + 4 <= end ? readU16(bytes, at + 2) || wireEnd - at : 0;
}

function ipv4HeaderLenText(layer: Layer, { bytes }: FieldContext): string {
  const headerLen = ipv4HeaderLen(layer, bytes);
  return headerLen < 0 ? '' : `${headerLen}`;
}

/** The total length is shown even where it is what is wrong. */
function ipv4TotalLenText(layer: Layer, { bytes }: FieldContext): string {
  return ipv4HeaderLen(layer, bytes) < 20 || layer.at + 4 > layer.end ? '' : `${ipv4TotalLen(layer, bytes)}`;
}

/** An IPv6 field. */
function ofIpv6(offset: number, size: number, read: Read, needs = 0): HeaderField {
  const field = fixed(NEXT.ipv6, offset, size, read, needs);
  return {
    kind: field.kind,
    text: (layer, context) =>
      layer.at < layer.end && context.bytes[layer.at]! >> 4 === 6 ? field.text(layer, context) : '',
  };
}

/** A TCP field behind the data offset: Wireshark shows none when that is under 20 bytes. */
function behindOffset(offset: number, size: number, read: Read): HeaderField {
  const field = fixed(NEXT.tcp, offset, size, read, TCP_NEEDS);
  return {
    kind: field.kind,
    text: (layer, context) => (tcpHeaderLen(layer, context.bytes) < 20 ? '' : field.text(layer, context)),
  };
}

/** Wireshark reads a TCP header's fields only when the first 16 bytes of it are there; the ports stand alone. */
const TCP_NEEDS = 16;

/** A TCP field that Wireshark does not show in a header that an ICMP error quotes. */
function unquoted(field: HeaderField): HeaderField {
  return { kind: field.kind, text: (layer, context) => (layer.quoted ? '' : field.text(layer, context)) };
}

function tcpHeaderLen(layer: Layer, bytes: Uint8Array): number {
  return layer.at + TCP_NEEDS <= layer.end ? (bytes[layer.at + 12]! >> 4) * 4 : 0;
}

const tcpFlags: Read = (bytes, at) => `0x${(readU16(bytes, at) & 0xfff).toString(16).padStart(4, '0')}`;

/** A value of the options of this number: `values` gives the offsets in the option of 32-bit (or shorter) numbers. */
function option(
  number: number,
  valuesOf: (length: number) => readonly number[],
  size: number,
  relative = false,
): HeaderField {
  return {
    kind: NEXT.tcp,
    text: (layer, { bytes, peerBase }) => {
      const headerLen = tcpHeaderLen(layer, bytes);
      if (layer.quoted || headerLen < 20) return '';
      const headerEnd = layer.at + headerLen;
      const end = Math.min(headerEnd, layer.end);
      const texts: string[] = [];
      let gaveUp = false;
      eachTcpOption(bytes, layer.at + 20, end, (each, at, length) => {
        if (gaveUp) return;
        // Wireshark reads no option behind one of these that is too short.
        gaveUp = (each === TCP_OPTION.sack && length < 10) || (each === TCP_OPTION.mptcp && length < 4);
        if (each !== number || at + length > headerEnd) return;
        for (const offset of valuesOf(length)) {
          // A value is shown when it is there, even where the option or the header is cut behind it.
          if (at + offset + size > end) continue;
          const value =
            size === 4
              ? readU32(bytes, at + offset)
              : size === 2
                ? readU16(bytes, at + offset)
                : bytes[at + offset]!;
          texts.push(`${relative ? (value - peerBase) >>> 0 : value}`);
        }
      });
      return texts.join(',');
    },
  };
}

const only =
  (expected: number, offset: number) =>
  (length: number): readonly number[] =>
    length === expected ? [offset] : [];

/** Where the left (`edge` 2) or right (`edge` 6) edges of the blocks of a SACK option stand. */
const sackEdges =
  (edge: number) =>
  (length: number): readonly number[] => {
    const offsets: number[] = [];
    for (let offset = edge; offset + 4 <= length; offset += 8) offsets.push(offset);
    return offsets;
  };

/** Shown as soon as the window is there, even when it claims to be shorter than that. */
function tcpLen(layer: Layer, { bytes }: FieldContext): string {
  const headerLen = tcpHeaderLen(layer, bytes);
  if (layer.quoted || layer.firstFragment) return '';
  if (layer.at + TCP_NEEDS > layer.end || layer.at + headerLen > layer.wireEnd) return '';
  return `${layer.wireEnd - layer.at - headerLen}`;
}

function stream(kind: Next, needs: number, lengthAt: number): HeaderField {
  return {
    kind,
    text: ({ at, end }, context) => {
      if (context.stream < 0 || at + needs > end) return '';
      if (lengthAt > 0 && readU16(context.bytes, at + lengthAt) < needs) return '';
      return `${context.stream}`;
    },
  };
}

/** Wireshark's names of header fields, and how their text is made. */
export const HEADER_FIELDS: Readonly<Record<string, HeaderField>> = {
  'ip.hdr_len': { kind: NEXT.ipv4, text: ipv4HeaderLenText },
  'ip.len': { kind: NEXT.ipv4, text: ipv4TotalLenText },
  'ip.id': ofIpv4(4, 2, hex16),
  'ip.flags.df': ofIpv4(6, 2, bit(0x4000)),
  'ip.flags.mf': ofIpv4(6, 2, bit(0x2000)),
  'ip.frag_offset': ofIpv4(6, 2, (bytes, at) => `${readU16(bytes, at) & 0x1fff}`),
  'ip.ttl': ofIpv4(8, 1, u8),
  'ip.proto': ofIpv4(9, 1, u8),
  'ip.src': ofIpv4(12, 4, ipv4),
  'ip.dst': ofIpv4(16, 4, ipv4),
  'ipv6.plen': ofIpv6(4, 2, u16, 7),
  'ipv6.nxt': ofIpv6(6, 1, u8),
  'ipv6.hlim': ofIpv6(7, 1, u8),
  'ipv6.src': ofIpv6(8, 16, ipv6),
  'ipv6.dst': ofIpv6(24, 16, ipv6),
  'tcp.srcport': fixed(NEXT.tcp, 0, 2, u16, 4),
  'tcp.dstport': fixed(NEXT.tcp, 2, 2, u16),
  'tcp.stream': stream(NEXT.tcp, TCP_NEEDS, 0),
  'tcp.seq_raw': unquoted(fixed(NEXT.tcp, 4, 4, u32, TCP_NEEDS)),
  'tcp.ack_raw': behindOffset(8, 4, u32),
  'tcp.hdr_len': fixed(NEXT.tcp, 12, 1, (bytes, at) => `${(bytes[at]! >> 4) * 4}`, TCP_NEEDS),
  'tcp.flags': behindOffset(12, 2, tcpFlags),
  'tcp.window_size_value': behindOffset(14, 2, u16),
  'tcp.urgent_pointer': behindOffset(18, 2, u16),
  'tcp.len': { kind: NEXT.tcp, text: tcpLen },
  'tcp.options.mss_val': option(TCP_OPTION.mss, only(4, 2), 2),
  'tcp.options.wscale.shift': option(TCP_OPTION.windowScale, only(3, 2), 1),
  'tcp.options.timestamp.tsval': option(TCP_OPTION.timestamps, only(10, 2), 4),
  'tcp.options.timestamp.tsecr': option(TCP_OPTION.timestamps, only(10, 6), 4),
  'tcp.options.sack_le': option(TCP_OPTION.sack, sackEdges(2), 4, true),
  'tcp.options.sack_re': option(TCP_OPTION.sack, sackEdges(6), 4, true),
  'udp.srcport': fixed(NEXT.udp, 0, 2, u16, 4),
  'udp.dstport': fixed(NEXT.udp, 2, 2, u16),
  'udp.length': fixed(NEXT.udp, 4, 2, u16),
  'udp.stream': stream(NEXT.udp, 8, 4),
  'icmp.type': fixed(NEXT.icmp, 0, 1, u8, 4),
  'icmp.code': fixed(NEXT.icmp, 1, 1, u8, 4),
  'icmpv6.type': fixed(NEXT.icmpv6, 0, 1, u8),
  'icmpv6.code': fixed(NEXT.icmpv6, 1, 1, u8),
};
