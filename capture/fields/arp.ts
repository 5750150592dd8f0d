import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import { ETHERTYPE } from '../decode/ether-type.ts';
import type { Layer } from '../decode/layers.ts';
import type { Packet, PacketField } from './field.ts';
import { fixed, protocol, worked } from './make.ts';

const { arp } = NEXT;
const REQUEST = 1;
const REPLY = 2;
const MAC = 6;
const IPV4 = 4;

type Judge = (packet: Packet, layer: Layer) => boolean;

/** Whether all is there that the lengths of the addresses ask for. */
const isWhole: Judge = ({ bytes }, { at, end }) =>
  at + 8 <= end && at + 8 + 2 * ((bytes[at + 4] ?? 0) + (bytes[at + 5] ?? 0)) <= end;
const hasMac: Judge = (packet, layer) => isWhole(packet, layer) && packet.bytes[layer.at + 4] === MAC;
const hasIpv4: Judge = (packet, layer) =>
  isWhole(packet, layer) &&
  packet.bytes[layer.at + 5] === IPV4 &&
  readU16(packet.bytes, layer.at + 2) === ETHERTYPE.ipv4;
const ofIpv4: Judge = (packet, layer) => hasMac(packet, layer) && hasIpv4(packet, layer);

const opcode = ({ bytes }: Packet, { at }: Layer): number => readU16(bytes, at + 6);
const sender = ({ bytes }: Packet, { at }: Layer): number => readU32(bytes, at + 14);
const target = ({ bytes }: Packet, { at }: Layer): number => readU32(bytes, at + 24);
/** A request that knows no Ethernet address of the target. */
const asks: Judge = (packet, layer) =>
  opcode(packet, layer) === REQUEST &&
  packet.bytes.subarray(layer.at + 18, layer.at + 24).every((byte) => byte === 0);
const isGratuitous: Judge = (packet, layer) =>
  opcode(packet, layer) <= REPLY && sender(packet, layer) === target(packet, layer);
const isProbe: Judge = (packet, layer) =>
  asks(packet, layer) && sender(packet, layer) === 0 && target(packet, layer) !== 0;
const isAnnouncement: Judge = (packet, layer) => asks(packet, layer) && isGratuitous(packet, layer);

/** An IPv4 address behind so many of the link, and so many bytes of another. */
function address(name: string, about: string, macs: number, other: number): PacketField {
  return worked(arp, name, 'ipv4', about, (packet, layer, out) => {
    const at = layer.at + 8 + macs * (packet.bytes[layer.at + 4] ?? 0) + other;
    if (hasIpv4(packet, layer)) out.push(readU32(packet.bytes, at));
  });
}

/** Shown only where it is so. */
function mark(name: string, about: string, judge: Judge): PacketField {
  return worked(arp, name, 'bool', about, (packet, layer, out) => {
    if (ofIpv4(packet, layer) && judge(packet, layer)) out.push(1);
  });
}

/** Address resolution, RFC 826. */
export const ARP_FIELDS: readonly PacketField[] = [
  protocol(arp, 'arp', 'Address resolution'),
  fixed(arp, 0, 'arp.hw.type', 'uint16', 'Kind of link'),
  fixed(arp, 2, 'arp.proto.type', 'uint16', 'Kind of address', { base: 'hex' }),
  fixed(arp, 4, 'arp.hw.size', 'uint8', 'Length of an address of the link'),
  fixed(arp, 5, 'arp.proto.size', 'uint8', 'Length of an address'),
  fixed(arp, 6, 'arp.opcode', 'uint16', 'Request 1, reply 2', { words: { request: 1, reply: 2 } }),
  fixed(arp, 8, 'arp.src.hw_mac', 'ether', "Sender's Ethernet address", { when: hasMac }),
  address('arp.src.proto_ipv4', "Sender's IPv4 address", 1, 0),
  worked(arp, 'arp.dst.hw_mac', 'ether', "Target's Ethernet address", (packet, layer, out) => {
    const at = layer.at + 8 + MAC + (packet.bytes[layer.at + 5] ?? 0);
    if (hasMac(packet, layer)) out.push(packet.bytes.subarray(at, at + MAC));
  }),
  address('arp.dst.proto_ipv4', "Target's IPv4 address", 2, IPV4),
  mark('arp.isgratuitous', 'Sender and target are the same', isGratuitous),
  mark('arp.isprobe', 'It asks whether an address is free (RFC 5227)', isProbe),
  mark('arp.isannouncement', 'It claims an address (RFC 5227)', isAnnouncement),
];
