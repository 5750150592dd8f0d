import { formatIpv4, formatIpv6 } from '../capture/addresses.ts';
import { wholeOf, wholePacket } from '../capture/datagram.ts';
import { NEXT, type Next } from '../capture/decode/decoding.ts';
import { findLayers, type Layer } from '../capture/decode/layers.ts';
import { eachTcpOption, tcpOptions } from '../capture/decode/tcp-options.ts';
import type { Session } from '../src/session/session.ts';
import { type Words, words } from '../src/words/words.ts';

/** A header field, or a whole header (depth 0): which bytes of the frame it is, and what they say. */
export interface FieldNode {
  readonly depth: 0 | 1;
  readonly name: string;
  readonly value: string;
  readonly at: number;
  readonly length: number;
}

type Read = (bytes: Uint8Array, at: number) => string;
type FieldName = keyof Words['details']['fields'];
type Field = readonly [name: FieldName, offset: number, length: number, read: Read];

const u8: Read = (bytes, at) => String(bytes[at] ?? 0);
const number16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const number32 = (bytes: Uint8Array, at: number): number =>
  number16(bytes, at) * 0x1_0000 + number16(bytes, at + 2);
const u16: Read = (bytes, at) => String(number16(bytes, at));
const u32: Read = (bytes, at) => String(number32(bytes, at));
const hex16: Read = (bytes, at) => `0x${number16(bytes, at).toString(16).padStart(4, '0')}`;
const ipv4: Read = (bytes, at) => formatIpv4(number32(bytes, at));
const ipv6: Read = (bytes, at) =>
  formatIpv6(number32(bytes, at), number32(bytes, at + 4), number32(bytes, at + 8), number32(bytes, at + 12));
const mac: Read = (bytes, at) =>
  [...bytes.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6' };
const protocol: Read = (bytes, at) =>
  `${PROTOCOLS[bytes[at] ?? 0] ?? words().details.other} (${bytes[at] ?? 0})`;
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'NS'];
const flags: Read = (bytes, at) => {
  const bits = number16(bytes, at) & 0x1ff;
  const names = FLAGS.filter((_, bit) => (bits & (1 << bit)) !== 0).join(', ');
  return `${names === '' ? words().details.none : names} (0x${bits.toString(16).padStart(3, '0')})`;
};
const fragment: Read = (bytes, at) => {
  const said = words().details.fragment;
  const word = number16(bytes, at);
  const names = [word & 0x4000 ? said.whole : '', word & 0x2000 ? said.more : ''].filter(
    (name) => name !== '',
  );
  return said.offset(names.join(', ') || said.none, (word & 0x1fff) * 8);
};

const ETHERNET: readonly Field[] = [
  ['Destination', 0, 6, mac],
  ['Source', 6, 6, mac],
  [
    'Type',
    12,
    2,
    (bytes, at) =>
      `${{ 2048: 'IPv4', 34525: 'IPv6', 2054: 'ARP', 33024: 'VLAN' }[number16(bytes, at)] ?? words().details.other} (${hex16(bytes, at)})`,
  ],
];

const FIELDS: Partial<Record<Next, readonly [name: string, fields: readonly Field[]]>> = {
  [NEXT.ipv4]: [
    'IPv4 (RFC 791)',
    [
      ['Version', 0, 1, (bytes, at) => String((bytes[at] ?? 0) >> 4)],
      ['Header length', 0, 1, (bytes, at) => words().details.bytes(((bytes[at] ?? 0) & 15) * 4)],
      ['DSCP and ECN', 1, 1, u8],
      ['Total length', 2, 2, u16],
      ['Identification', 4, 2, hex16],
      ['Fragmentation', 6, 2, fragment],
      ['Time to live', 8, 1, u8],
      ['Protocol', 9, 1, protocol],
      ['Header checksum', 10, 2, hex16],
      ['Source', 12, 4, ipv4],
      ['Destination', 16, 4, ipv4],
    ],
  ],
  [NEXT.ipv6]: [
    'IPv6 (RFC 8200)',
    [
      ['Version', 0, 1, (bytes, at) => String((bytes[at] ?? 0) >> 4)],
      [
        'Flow label',
        1,
        3,
        (bytes, at) => `0x${(number32(bytes, at - 1) & 0xfffff).toString(16).padStart(5, '0')}`,
      ],
      ['Payload length', 4, 2, u16],
      ['Next header', 6, 1, protocol],
      ['Hop limit', 7, 1, u8],
      ['Source', 8, 16, ipv6],
      ['Destination', 24, 16, ipv6],
    ],
  ],
  [NEXT.tcp]: [
    'TCP (RFC 9293)',
    [
      ['Source port', 0, 2, u16],
      ['Destination port', 2, 2, u16],
      ['Sequence number', 4, 4, u32],
      ['Ack number', 8, 4, u32],
      ['Header length', 12, 1, (bytes, at) => words().details.bytes(((bytes[at] ?? 0) >> 4) * 4)],
      ['Flags', 12, 2, flags],
      ['Window', 14, 2, u16],
      ['Checksum', 16, 2, hex16],
      ['Urgent pointer', 18, 2, u16],
    ],
  ],
  [NEXT.udp]: [
    'UDP (RFC 768)',
    [
      ['Source port', 0, 2, u16],
      ['Destination port', 2, 2, u16],
      ['Length', 4, 2, u16],
      ['Checksum', 6, 2, hex16],
    ],
  ],
  [NEXT.icmp]: [
    'ICMP (RFC 792)',
    [
      ['Type', 0, 1, u8],
      ['Code', 1, 1, u8],
      ['Checksum', 2, 2, hex16],
    ],
  ],
  [NEXT.icmpv6]: [
    'ICMPv6 (RFC 4443)',
    [
      ['Type', 0, 1, u8],
      ['Code', 1, 1, u8],
      ['Checksum', 2, 2, hex16],
    ],
  ],
};

const ETHERNET_LINK = 1;
const ETHERNET_LEN = 14;
const TCP_LEN = 20;

/** Every header of a packet with its fields, and the payload as the last node. Offsets are those of `wholePacket`. */
export function fieldTree({ capture }: Session, row: number): FieldNode[] {
  const { columns, interfaces } = capture;
  const bytes = wholePacket(capture, row).slice();
  const linkType = interfaces[columns.iface[row] ?? 0]?.linkType ?? -1;
  const captured = Math.min(columns.capLen[row] ?? 0, bytes.length);
  const nodes: FieldNode[] = [];
  if (linkType === ETHERNET_LINK)
    addFields(nodes, bytes, 'Ethernet', ETHERNET, 0, Math.min(ETHERNET_LEN, bytes.length));
  for (const layer of findLayers(bytes, captured, columns.wireLen[row] ?? 0, linkType, wholeOf(columns, row)))
    addLayer(nodes, bytes, layer);
  const payloadAt = columns.payloadAt[row] ?? 0;
  const length = Math.min(columns.payloadLen[row] ?? 0, Math.max(0, bytes.length - payloadAt));
  if (length > 0 && payloadAt > 0) {
    nodes.push({
      depth: 0,
      name: words().details.payload,
      value: words().details.bytes(columns.payloadLen[row] ?? 0),
      at: payloadAt,
      length,
    });
  }
  return nodes;
}

function addLayer(nodes: FieldNode[], bytes: Uint8Array, { kind, at, end, quoted }: Layer): void {
  const known = FIELDS[kind];
  if (known === undefined) return;
  const [name, fields] = known;
  const own = headerLength(kind, bytes, at);
  addFields(
    nodes,
    bytes,
    quoted ? words().details.quoted(name) : name,
    fields,
    at,
    Math.min(at + own, end, bytes.length),
  );
  if (kind === NEXT.tcp) addOptions(nodes, bytes, at + TCP_LEN, Math.min(at + own, end));
}

function headerLength(kind: Next, bytes: Uint8Array, at: number): number {
  if (kind === NEXT.ipv4) return Math.max(20, ((bytes[at] ?? 0) & 15) * 4);
  if (kind === NEXT.tcp) return Math.max(TCP_LEN, ((bytes[at + 12] ?? 0) >> 4) * 4);
  return kind === NEXT.ipv6 ? 40 : kind === NEXT.udp ? 8 : 4;
}

function addFields(
  nodes: FieldNode[],
  bytes: Uint8Array,
  name: string,
  fields: readonly Field[],
  at: number,
  end: number,
): void {
  nodes.push({
    depth: 0,
    name,
    value: words().details.bytes(Math.max(0, end - at)),
    at,
    length: Math.max(0, end - at),
  });
  for (const [field, offset, length, read] of fields) {
    if (at + offset + length > end) continue;
    nodes.push({
      depth: 1,
      name: words().details.fields[field],
      value: read(bytes, at + offset),
      at: at + offset,
      length,
    });
  }
}

function addOptions(nodes: FieldNode[], bytes: Uint8Array, at: number, end: number): void {
  eachTcpOption(bytes, at, end, (number, optionAt, length) => {
    if (optionAt + length > end) return;
    const option = tcpOptions(bytes, optionAt, optionAt + length)[0];
    const [name, value] = optionText(option, number);
    nodes.push({ depth: 1, name, value, at: optionAt, length });
  });
}

function optionText(
  option: ReturnType<typeof tcpOptions>[number] | undefined,
  number: number,
): [string, string] {
  const said = words().details.options;
  switch (option?.kind) {
    case 'mss':
      return [said.mss, said.mssIs(option.mss)];
    case 'window-scale':
      return [said.scale, said.scaleIs(option.shift, 2 ** option.shift)];
    case 'sack-permitted':
      return [said.sack, said.permitted];
    case 'sack':
      return [said.sack, option.blocks.map(([left, right]) => `${left}–${right}`).join(', ')];
    case 'timestamps':
      return [said.times, said.timesAre(option.value, option.echo)];
    default:
      return [said.other(number), ''];
  }
}
