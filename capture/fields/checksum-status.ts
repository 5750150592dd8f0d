import { CHECKSUM, headerChecksum, segmentChecksum } from '../checksum.ts';
import { PROTOCOL } from '../columns.ts';
import { readU16 } from '../decode/bytes.ts';
import { NEXT, type Next } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { Packet, PacketField } from './field.ts';
import { worked } from './make.ts';
import { networkOf } from './network.ts';

/** Wireshark's numbers. Offload leaves a sum that is not right on the wire yet: for Wireshark that is bad. */
const STATUS = { Bad: 0, Good: 1, Unverified: 2, 'Not present': 3, Illegal: 4 } as const;

function transportStatus(packet: Packet, layer: Layer, protocol: number): number {
  const { bytes } = packet;
  const network = networkOf(packet, layer);
  const isUdp = protocol === PROTOCOL.udp;
  // Over IPv6 every datagram has a checksum (RFC 8200 §8.1).
  if (isUdp && network !== undefined && readU16(bytes, layer.at + 6) === 0)
    return network.kind === NEXT.ipv4 ? STATUS['Not present'] : STATUS.Illegal;
  // Of ICMP that ICMP quotes Wireshark does not look at it.
  const isIcmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
  const isSkipped = layer.quoted && isIcmp;
  if (network === undefined || layer.firstFragment || isSkipped) return STATUS.Unverified;
  const end = isUdp ? layer.at + readU16(bytes, layer.at + 4) : layer.wireEnd;
  // A message of ICMP that its sender made too short has a checksum all the same.
  if (end < layer.at + (isIcmp ? 4 : 8) || end > layer.end) return STATUS.Unverified;
  const isRight = segmentChecksum(bytes, network.at, layer.at, end, protocol) === CHECKSUM.right;
  return isRight ? STATUS.Good : STATUS.Bad;
}

/** Whether the checksum of a transport header fits; only where the whole segment was captured. */
export function checksumStatus(
  layer: Next,
  name: string,
  protocol: number,
  needs: number,
  when: (packet: Packet, layer: Layer) => boolean = () => true,
): PacketField {
  return worked(
    layer,
    name,
    'uint8',
    'Whether the checksum fits: 0 no, 1 yes, 2 not to be told, 3 there is none, 4 none where there must be one',
    (packet, header, out) => {
      if (header.at + needs <= header.end && when(packet, header))
        out.push(transportStatus(packet, header, protocol));
    },
    { words: STATUS },
  );
}

/** Whether the checksum of an IPv4 header fits. */
export function ipChecksumStatus(
  headerLen: (packet: Packet, layer: Layer) => number,
  isSound: (packet: Packet, layer: Layer) => boolean,
): PacketField {
  return worked(
    NEXT.ipv4,
    'ip.checksum.status',
    'uint8',
    'Whether the checksum fits: 0 no, 1 yes, 2 not to be told',
    (packet, layer, out) => {
      if (layer.at + 12 > layer.end || !isSound(packet, layer)) return;
      const end = layer.at + headerLen(packet, layer);
      if (end > layer.end) out.push(STATUS.Unverified);
      else out.push(headerChecksum(packet.bytes, layer.at, end) ? STATUS.Good : STATUS.Bad);
    },
    { words: STATUS },
  );
}
