import { formatIpv4, formatIpv6 } from '../addresses.ts';
import { readU16, readU32 } from './bytes.ts';
import { NEXT, type Next } from './decoding.ts';
import type { Layer } from './layers.ts';
import { tcpOptions } from './tcp-options.ts';

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

/** What the option says, for each option of that kind in a TCP header that is whole. */
function option(
  of: (option: ReturnType<typeof tcpOptions>[number], peerBase: number) => readonly number[],
): HeaderField {
  return {
    kind: NEXT.tcp,
    text: (layer, { bytes, peerBase }) => {
      const headerLen = tcpHeaderLen(layer, bytes);
      if (layer.quoted || headerLen < 20) return '';
      return tcpOptions(bytes, layer.at + 20, Math.min(layer.at + headerLen, layer.end))
        .flatMap((each) => of(each, peerBase))
        .join(',');
    },
  };
}

function tcpLen(layer: Layer, { bytes }: FieldContext): string {
  const headerLen = tcpHeaderLen(layer, bytes);
  if (headerLen < 20 || layer.quoted || layer.firstFragment) return '';
  if (layer.at + headerLen > layer.end) return '';
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
  'ip.hdr_len': {
    kind: NEXT.ipv4,
    text: ({ at, end }, { bytes }) => (at < end ? `${(bytes[at]! & 15) * 4}` : ''),
  },
  'ip.len': fixed(NEXT.ipv4, 2, 2, u16, 20),
  'ip.id': fixed(NEXT.ipv4, 4, 2, hex16, 20),
  'ip.flags.df': fixed(NEXT.ipv4, 6, 2, bit(0x4000), 20),
  'ip.flags.mf': fixed(NEXT.ipv4, 6, 2, bit(0x2000), 20),
  'ip.frag_offset': fixed(NEXT.ipv4, 6, 2, (bytes, at) => `${readU16(bytes, at) & 0x1fff}`, 20),
  'ip.ttl': fixed(NEXT.ipv4, 8, 1, u8, 20),
  'ip.proto': fixed(NEXT.ipv4, 9, 1, u8, 20),
  'ip.src': fixed(NEXT.ipv4, 12, 4, ipv4, 20),
  'ip.dst': fixed(NEXT.ipv4, 16, 4, ipv4),
  'ipv6.plen': fixed(NEXT.ipv6, 4, 2, u16),
  'ipv6.nxt': fixed(NEXT.ipv6, 6, 1, u8),
  'ipv6.hlim': fixed(NEXT.ipv6, 7, 1, u8),
  'ipv6.src': fixed(NEXT.ipv6, 8, 16, ipv6),
  'ipv6.dst': fixed(NEXT.ipv6, 24, 16, ipv6),
  'tcp.srcport': fixed(NEXT.tcp, 0, 2, u16),
  'tcp.dstport': fixed(NEXT.tcp, 2, 2, u16),
  'tcp.stream': stream(NEXT.tcp, TCP_NEEDS, 0),
  'tcp.seq_raw': unquoted(fixed(NEXT.tcp, 4, 4, u32, TCP_NEEDS)),
  'tcp.ack_raw': fixed(NEXT.tcp, 8, 4, u32, TCP_NEEDS),
  'tcp.hdr_len': fixed(NEXT.tcp, 12, 1, (bytes, at) => `${(bytes[at]! >> 4) * 4}`, TCP_NEEDS),
  'tcp.flags': fixed(NEXT.tcp, 12, 2, tcpFlags, TCP_NEEDS),
  'tcp.window_size_value': fixed(NEXT.tcp, 14, 2, u16),
  'tcp.urgent_pointer': fixed(NEXT.tcp, 18, 2, u16),
  'tcp.len': { kind: NEXT.tcp, text: tcpLen },
  'tcp.options.mss_val': option((each) => (each.kind === 'mss' ? [each.mss] : [])),
  'tcp.options.wscale.shift': option((each) => (each.kind === 'window-scale' ? [each.shift] : [])),
  'tcp.options.timestamp.tsval': option((each) => (each.kind === 'timestamps' ? [each.value] : [])),
  'tcp.options.timestamp.tsecr': option((each) => (each.kind === 'timestamps' ? [each.echo] : [])),
  'tcp.options.sack_le': option((each, base) =>
    each.kind === 'sack' ? each.blocks.map(([left]) => (left - base) >>> 0) : [],
  ),
  'tcp.options.sack_re': option((each, base) =>
    each.kind === 'sack' ? each.blocks.map(([, right]) => (right - base) >>> 0) : [],
  ),
  'udp.srcport': fixed(NEXT.udp, 0, 2, u16),
  'udp.dstport': fixed(NEXT.udp, 2, 2, u16),
  'udp.length': fixed(NEXT.udp, 4, 2, u16),
  'udp.stream': stream(NEXT.udp, 8, 4),
  'icmp.type': fixed(NEXT.icmp, 0, 1, u8),
  'icmp.code': fixed(NEXT.icmp, 1, 1, u8),
  'icmpv6.type': fixed(NEXT.icmpv6, 0, 1, u8),
  'icmpv6.code': fixed(NEXT.icmpv6, 1, 1, u8),
};
