import { NEXT } from '../decode/decoding.ts';
import { ERSPAN, erspanVersion } from '../decode/erspan.ts';
import type { Layer } from '../decode/layers.ts';
import type { Packet, PacketField } from './field.ts';
import type { FixedOptions } from './make.ts';
import { fixed, protocol } from './make.ts';

const { erspan, erspanTypeI } = NEXT;
type When = (packet: Packet, layer: Layer) => boolean;

const versionOf = ({ bytes }: Packet, { at }: Layer): number => erspanVersion(bytes, at);
const isTypeII: When = (packet, layer) => versionOf(packet, layer) === 1;
const isTypeIII: When = (packet, layer) => versionOf(packet, layer) === 2;
const isKnown: When = (packet, layer) => isTypeII(packet, layer) || isTypeIII(packet, layer);

/** Bits of the 16 at an offset. */
function bits(offset: number, name: string, about: string, mask: number, when: When): PacketField {
  return fixed(erspan, offset, `erspan.${name}`, 'uint16', about, { mask, when });
}

/** Bits of the 32 at an offset. */
function word(offset: number, name: string, about: string, mask: number, when: When): PacketField {
  const masked: FixedOptions = mask === 0xffffffff ? { when } : { mask, when };
  return fixed(erspan, offset, `erspan.${name}`, 'uint32', about, masked);
}

/** A subheader of type III follows, of one of these platforms. */
function ofPlatform(...platforms: readonly number[]): When {
  return (packet, layer) => {
    const { bytes } = packet;
    const hasSubheader = ((bytes[layer.at + ERSPAN.frameType + 1] ?? 0) & ERSPAN.subheaderMask) !== 0;
    if (!isTypeIII(packet, layer) || !hasSubheader) return false;
    return platforms.length === 0 || platforms.includes((bytes[layer.at + ERSPAN.typeIII] ?? 0) >> 2);
  };
}

const SUB = ERSPAN.typeIII;
const WHOLE = 0xffffffff;

/** Fields of mirrored frames (ERSPAN), by the names and in the units of Wireshark. */
export const ERSPAN_FIELDS: readonly PacketField[] = [
  protocol(erspan, 'erspan', 'Mirrored frame (ERSPAN)'),
  protocol(erspanTypeI, 'erspan', 'Mirrored frame (ERSPAN)'),
  fixed(erspan, 0, 'erspan.version', 'uint16', 'Version: 1 type II, 2 type III', { mask: 0xf000 }),
  bits(0, 'vlan', 'VLAN', 0x0fff, isKnown),
  bits(2, 'cos', 'Class of service', 0xe000, isKnown),
  bits(2, 'encap', 'How the frame was tagged', 0x1800, isTypeII),
  bits(2, 'bso', 'Bad, short or oversized', 0x1800, isTypeIII),
  bits(2, 'truncated', 'The frame was cut', 0x0400, isKnown),
  bits(2, 'spanid', 'Number of the mirror session', 0x03ff, isKnown),
  word(4, 'reserved', 'Reserved', 0xfff00000, isTypeII),
  word(4, 'index', 'Port and direction', 0x000fffff, isTypeII),
  word(4, 'timestamp', 'Time stamp', WHOLE, isTypeIII),
  bits(8, 'sgt', 'Security group', 0xffff, isTypeIII),
  bits(10, 'p', 'It carries a frame of Ethernet', 0x8000, isTypeIII),
  bits(10, 'ft', 'Type of the frame', 0x7c00, isTypeIII),
  bits(10, 'hw', 'Number of the hardware', 0x03f0, isTypeIII),
  fixed(erspan, 10, 'erspan.direction', 'bool', 'Outgoing', { mask: 0x0008, size: 2, when: isTypeIII }),
  bits(10, 'gra', 'Granularity of the time stamp', 0x0006, isTypeIII),
  bits(10, 'o', 'A subheader follows', 0x0001, isTypeIII),
  word(SUB, 'platid', 'Platform', 0xfc000000, ofPlatform()),
  word(SUB, 'pid1.rsvd1', 'Reserved', 0x03fff000, ofPlatform(1)),
  word(SUB, 'pid1.vsmid', 'Domain', 0x00000fff, ofPlatform(1)),
  word(SUB + 4, 'pid1.port_index', 'Port', WHOLE, ofPlatform(1)),
  word(SUB, 'pid3.rsvd1', 'Reserved', 0x03ffc000, ofPlatform(3)),
  word(SUB, 'pid3.port_index', 'Port', 0x00003fff, ofPlatform(3)),
  word(SUB + 4, 'pid3.timestamp', 'Upper half of the time stamp', WHOLE, ofPlatform(3)),
  word(SUB, 'pid4.rsvd1', 'Reserved', 0x03ffc000, ofPlatform(4)),
  word(SUB, 'pid4.rsvd2', 'Reserved', 0x00003fff, ofPlatform(4)),
  word(SUB + 4, 'pid4.rsvd3', 'Reserved', WHOLE, ofPlatform(4)),
  word(SUB, 'pid5.switchid', 'Switch', 0x03ff0000, ofPlatform(5)),
  word(SUB, 'pid5.port_index', 'Port', 0x0000ffff, ofPlatform(5)),
  word(SUB + 4, 'pid5.timestamp', 'Time stamp in seconds', WHOLE, ofPlatform(5)),
  word(SUB, 'pid7.rsvd1', 'Reserved', 0x03f00000, ofPlatform(0, 7)),
  word(SUB, 'pid7.source_index', 'Source', 0x000fffff, ofPlatform(0, 7)),
  word(SUB + 4, 'pid7.timestamp', 'Upper half of the time stamp', WHOLE, ofPlatform(0, 7)),
];
