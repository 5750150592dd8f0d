import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import { GENEVE_HEADER, geneveOptions } from '../decode/geneve.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldValue, Packet, PacketField } from './field.ts';
import { fixed, protocol, worked } from './make.ts';

const { vxlan, geneve } = NEXT;

function vxlanFlag(name: string, about: string, mask: number): PacketField {
  return fixed(vxlan, 0, `vxlan.${name}`, 'bool', about, { mask, size: 2 });
}

const VXLAN_FIELDS: readonly PacketField[] = [
  protocol(vxlan, 'vxlan', 'Virtual extensible LAN'),
  fixed(vxlan, 0, 'vxlan.flags', 'uint16', 'Flags', { base: 'hex' }),
  vxlanFlag('flag_g', 'A group policy is there', 0x8000),
  vxlanFlag('flag_i', 'The number of the network is there', 0x0800),
  vxlanFlag('flag_d', 'The address is not to be learnt', 0x0040),
  vxlanFlag('flag_a', 'The policy has been applied', 0x0008),
  fixed(vxlan, 0, 'vxlan.flags_reserved', 'uint16', 'Reserved flags, where they are', {
    base: 'hex',
    mask: 0x77b7,
  }),
  fixed(vxlan, 2, 'vxlan.gbp', 'uint16', 'Group policy'),
  fixed(vxlan, 4, 'vxlan.vni', 'uint24', 'Number of the network'),
  fixed(vxlan, 7, 'vxlan.reserved8', 'uint8', 'Reserved'),
];

// An option, RFC 8926 §3.5: class 0-1, type 2, reserved (3 bits) and length in four bytes (5 bits) 3, then its data.
const OPTION = { type: 2, length: 3, header: 4, lengthMask: 0x1f } as const;
/** Class and types of the options of one maker that Wireshark knows. */
const GCP = { class: 0x0132, network: 1, endpoint: 2, profile: 3 } as const;

/** Visits the options that are there, with where their data ends. Returns whether the last is longer than the room. */
function eachOption(
  { bytes }: Packet,
  { at, end }: Layer,
  visit: (option: number, dataEnd: number) => void,
): boolean {
  const length = geneveOptions(bytes[at] ?? 0);
  const optionsEnd = at + GENEVE_HEADER + length;
  if (optionsEnd > end) return false;
  for (let option = at + GENEVE_HEADER; option < optionsEnd; ) {
    const size = (bytes[option + OPTION.length] ?? 0) & OPTION.lengthMask;
    const next = option + OPTION.header + size * 4;
    if (next > optionsEnd) return true;
    visit(option, next);
    option = next;
  }
  return false;
}

type Visit = (packet: Packet, option: number, dataEnd: number, out: FieldValue[]) => void;

function ofOptions(
  name: string,
  type: PacketField['type'],
  about: string,
  visit: Visit,
  base: 'dec' | 'hex' = 'dec',
): PacketField {
  return worked(
    geneve,
    `geneve.option${name}`,
    type,
    about,
    (packet, layer, out) => {
      eachOption(packet, layer, (option, dataEnd) => visit(packet, option, dataEnd, out));
    },
    { base },
  );
}

/** A part of the options of that one maker; those that lack it are not shown. */
function ofGcp(
  name: string,
  type: PacketField['type'],
  about: string,
  kind: number,
  read: (bytes: Uint8Array, at: number, end: number) => FieldValue,
): PacketField {
  return ofOptions(`.gcp.${name}`, type, about, ({ bytes }, option, dataEnd, out) => {
    const at = option + OPTION.header;
    if (isGcp(bytes, option) && bytes[option + OPTION.type] === kind && at < dataEnd)
      out.push(read(bytes, at, dataEnd));
  });
}

function isGcp(bytes: Uint8Array, option: number): boolean {
  const type = bytes[option + OPTION.type] ?? 0;
  return readU16(bytes, option) === GCP.class && type >= GCP.network && type <= GCP.profile;
}

function geneveFlag(name: string, about: string, mask: number): PacketField {
  return fixed(geneve, 1, `geneve.flags.${name}`, 'bool', about, { mask });
}

const GENEVE_FIELDS: readonly PacketField[] = [
  protocol(geneve, 'geneve', 'Generic network virtualization encapsulation'),
  fixed(geneve, 0, 'geneve.version', 'uint8', 'Version', { mask: 0xc0 }),
  worked(geneve, 'geneve.version.unknown', 'bool', 'The version is not 0', ({ bytes }, { at, end }, out) => {
    if (at < end && (bytes[at] ?? 0) >> 6 !== 0) out.push(1);
  }),
  fixed(geneve, 1, 'geneve.flags', 'uint8', 'Flags', { base: 'hex' }),
  geneveFlag('oam', 'A control packet', 0x80),
  geneveFlag('critical', 'Options are there that must be understood', 0x40),
  geneveFlag('reserved', 'Reserved', 0x3f),
  fixed(geneve, 2, 'geneve.proto_type', 'uint16', 'Type of what follows', { base: 'hex' }),
  fixed(geneve, 4, 'geneve.vni', 'uint24', 'Number of the network', { base: 'hex' }),
  fixed(geneve, 7, 'geneve.reserved', 'uint8', 'Reserved', { base: 'hex' }),
  worked(geneve, 'geneve.options', 'bytes', 'All options', ({ bytes }, { at, end }, out) => {
    const from = at + GENEVE_HEADER;
    const to = from + geneveOptions(bytes[at] ?? 0);
    if (to > from && to <= end) out.push(bytes.subarray(from, to));
  }),
  ofOptions('', 'bytes', 'An option', ({ bytes }, option, dataEnd, out) => {
    out.push(bytes.subarray(option, dataEnd));
  }),
  ofOptions(
    '.class',
    'uint16',
    'Who defined the option',
    ({ bytes }, option, _end, out) => {
      out.push(readU16(bytes, option));
    },
    'hex',
  ),
  ofOptions(
    '.type',
    'uint8',
    'Type of the option',
    ({ bytes }, option, _end, out) => {
      out.push(bytes[option + OPTION.type] ?? 0);
    },
    'hex',
  ),
  ofOptions('.type.critical', 'bool', 'The option must be understood', ({ bytes }, option, _end, out) => {
    out.push((bytes[option + OPTION.type] ?? 0) >> 7);
  }),
  ofOptions(
    '.flags',
    'uint8',
    'Flags of the option',
    ({ bytes }, option, _end, out) => {
      out.push((bytes[option + OPTION.length] ?? 0) >> 5);
    },
    'hex',
  ),
  ofOptions('.flags.reserved', 'bool', 'Reserved', ({ bytes }, option, _end, out) => {
    out.push((bytes[option + OPTION.length] ?? 0) >> 5 === 0 ? 0 : 1);
  }),
  worked(
    geneve,
    'geneve.option.length',
    'uint8',
    'Bytes of all options, then of each',
    (packet, layer, out) => {
      if (layer.at >= layer.end) return;
      out.push(geneveOptions(packet.bytes[layer.at] ?? 0));
      eachOption(packet, layer, (option, dataEnd) => out.push(dataEnd - option));
    },
  ),
  worked(
    geneve,
    'geneve.option.length.invalid',
    'bool',
    'An option is longer than the room for it',
    (packet, layer, out) => {
      if (eachOption(packet, layer, () => {})) out.push(1);
    },
  ),
  ofOptions('.unknown.data', 'bytes', 'Data of an option', ({ bytes }, option, dataEnd, out) => {
    const at = option + OPTION.header;
    // What Wireshark prints for bytes of which there are none.
    if (!isGcp(bytes, option)) out.push(at < dataEnd ? bytes.subarray(at, dataEnd) : '<MISSING>');
  }),
  ofGcp(
    'vnid',
    'uint32',
    'Number of the network at GCP',
    GCP.network,
    (bytes, at) => readU32(bytes, at) >>> 4,
  ),
  ofGcp('reserved', 'bool', 'Reserved', GCP.network, (bytes, at) =>
    ((bytes[at + 3] ?? 0) & 0x0e) === 0 ? 0 : 1,
  ),
  ofGcp('direction', 'bool', 'Direction at GCP', GCP.network, (bytes, at) => (bytes[at + 3] ?? 0) & 1),
  ofGcp('profile', 'uint64', 'Profile at GCP', GCP.profile, (bytes, at, end) => {
    let value = 0n;
    for (let byte = at; byte < Math.min(end, at + 8); byte++)
      value = (value << 8n) | BigInt(bytes[byte] ?? 0);
    return value;
  }),
  ofGcp('endpoint', 'bytes', 'Endpoint at GCP', GCP.endpoint, (bytes, at, end) => bytes.subarray(at, end)),
];

/** Fields of tunnels over UDP: VXLAN and GENEVE. */
export const UDP_TUNNEL_FIELDS: readonly PacketField[] = [...VXLAN_FIELDS, ...GENEVE_FIELDS];
