import { frameLength } from '../frame-length.ts';
import { frameNumber } from '../frame-number.ts';
import { encapsulation } from './encapsulations.ts';
import type { FieldValue, Packet, PacketField } from './field.ts';
import { worked } from './make.ts';
import { protocolPath } from './protocols.ts';

type Read = (packet: Packet, out: FieldValue[]) => void;

function ofFrame(
  name: string,
  type: PacketField['type'],
  about: string,
  read: Read,
  base: 'dec' | 'hex' = 'dec',
): PacketField {
  return worked(null, name, type, about, (packet, _layer, out) => read(packet, out), { base });
}

const SECOND = 1_000_000_000;
/** Section Header Block of pcapng. */
const SECTION_BLOCK = 0x0a0d0d0a;

function timeOf({ capture }: Packet, row: number): bigint {
  return capture.columns.timeNs(row);
}

const isPcapng = ({ capture }: Packet): boolean => capture.format === 'pcapng';

function flagsOf({ capture, row }: Packet): number | null {
  return capture.format === 'pcapng' ? capture.packetOptions(row).flags : null;
}

/** Before which rows the sections of a file begin, and of how many blocks that is known: a file may grow. */
const SECTIONS = new WeakMap<Packet['capture']['otherBlocks'], { blocks: number; rows: number[] }>();

function sectionOf({ capture, row }: Packet): number {
  const { otherBlocks } = capture;
  const known = SECTIONS.get(otherBlocks) ?? { blocks: 0, rows: [] };
  SECTIONS.set(otherBlocks, known);
  for (; known.blocks < otherBlocks.length; known.blocks++)
    if (otherBlocks.type(known.blocks) === SECTION_BLOCK)
      known.rows.push(otherBlocks.beforeRow(known.blocks));
  let number = 0;
  while (number < known.rows.length && (known.rows[number] ?? 0) <= row) number++;
  return Math.max(number, 1);
}

/** What is known of a frame as a whole. */
export const FRAME_FIELDS: readonly PacketField[] = [
  ofFrame('frame', 'protocol', 'Frame', ({ bytes, end }, out) => out.push(bytes.subarray(0, end))),
  ofFrame('frame.number', 'uint32', 'Number of the frame in the file', (packet, out) => {
    out.push(frameNumber(packet.capture, packet.row));
  }),
  ofFrame('frame.time', 'time', 'Time of arrival', (packet, out) => {
    if (packet.capture.hasTime(packet.row)) out.push(timeOf(packet, packet.row));
  }),
  ofFrame('frame.time_epoch', 'duration', 'Time of arrival in seconds since 1970', (packet, out) => {
    const { capture, row } = packet;
    if (!capture.hasTime(row)) return;
    const nsec = capture.columns.nsec[row] ?? 0;
    // A damaged fraction of a second or more is shown as it is written.
    out.push(nsec < SECOND ? timeOf(packet, row) : `${capture.columns.sec[row]}.${nsec}`);
  }),
  ofFrame('frame.time_relative', 'duration', 'Seconds since the first frame', (packet, out) => {
    if (packet.capture.hasTime(packet.row)) out.push(timeOf(packet, packet.row) - timeOf(packet, 0));
  }),
  ofFrame('frame.time_delta', 'duration', 'Seconds since the frame before', (packet, out) => {
    const { capture, row } = packet;
    if (capture.hasTime(row)) out.push(timeOf(packet, row) - timeOf(packet, Math.max(0, row - 1)));
  }),
  // Of those that a filter lets through the command knows; here all are shown.
  ofFrame('frame.time_delta_displayed', 'duration', 'Seconds since the frame shown before', (packet, out) => {
    const { capture, row, shownBefore } = packet;
    const before = shownBefore ?? Math.max(0, row - 1);
    if (capture.hasTime(row)) out.push(timeOf(packet, row) - timeOf(packet, before < 0 ? row : before));
  }),
  ofFrame('frame.len', 'uint32', 'Bytes on the wire', ({ capture, row }, out) => {
    out.push(frameLength(capture, 'wireLen', row));
  }),
  ofFrame('frame.cap_len', 'uint32', 'Bytes captured', ({ capture, row }, out) => {
    out.push(frameLength(capture, 'capLen', row));
  }),
  ofFrame('frame.section_number', 'uint32', 'Number of the section in the file, from 1', (packet, out) => {
    if (isPcapng(packet)) out.push(sectionOf(packet));
  }),
  ofFrame('frame.interface_id', 'uint32', 'Number of the interface in its section', (packet, out) => {
    const { capture, row } = packet;
    if (isPcapng(packet)) out.push(capture.interfaces[capture.columns.iface[row] ?? 0]?.number ?? 0);
  }),
  ofFrame('frame.interface_name', 'string', 'Name of the interface', (packet, out) => {
    const { capture, row } = packet;
    const name = capture.interfaces[capture.columns.iface[row] ?? 0]?.name ?? null;
    if (isPcapng(packet)) out.push(name ?? 'unknown');
  }),
  ofFrame('frame.encap_type', 'int32', "Wireshark's number for the link type", ({ capture, row }, out) => {
    out.push(encapsulation(capture.interfaces[capture.columns.iface[row] ?? 0]?.linkType ?? -1));
  }),
  ofFrame('frame.protocols', 'string', 'Protocols of the frame, up to the transport', (packet, out) => {
    out.push(protocolPath(packet));
  }),
  ofFrame('frame.comment', 'string', 'Comments of the packet', (packet, out) => {
    if (isPcapng(packet)) out.push(...packet.capture.packetOptions(packet.row).comments);
  }),
  ofFrame('frame.packet_id', 'uint64', 'Identity of the packet over interfaces', (packet, out) => {
    const id = isPcapng(packet) ? packet.capture.packetOptions(packet.row).packetId : null;
    if (id !== null) out.push(id);
  }),
  ofFrame(
    'frame.packet_flags',
    'uint32',
    'Flags of the packet (epb_flags)',
    (packet, out) => {
      const flags = flagsOf(packet);
      if (flags !== null) out.push(flags);
    },
    'hex',
  ),
  ofFrame(
    'frame.packet_flags_direction',
    'uint32',
    'Direction: 1 inbound, 2 outbound',
    (packet, out) => {
      const flags = flagsOf(packet);
      if (flags !== null) out.push(flags & 3);
    },
    'hex',
  ),
];
