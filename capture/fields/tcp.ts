import { FIN, PROTOCOL, SYN } from '../columns.ts';
import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import { checksumStatus } from './checksum-status.ts';
import type { FieldType, Packet, PacketField } from './field.ts';
import { flowFacts, SCALE } from './flow-facts.ts';
import { either, type FixedOptions, fixed, protocol, worked } from './make.ts';
import { TCP_OPTION_FIELDS } from './tcp-options.ts';
import { conversationTimes, streamField } from './transport.ts';

const { tcp: kind } = NEXT;
/** Wireshark reads a header's fields only when the first 16 bytes of it are there; the ports stand alone. */
const NEEDS = 16;
const MIN_HEADER = 20;
const ACKNOWLEDGES = 0x10;

/** What the header says of its length; 0 where it is cut off. */
function headerLen({ bytes }: Packet, { at, end }: Layer): number {
  return at + NEEDS <= end ? ((bytes[at + 12] ?? 0) >> 4) * 4 : 0;
}

/** Whether what stands behind the data offset is shown: not when that is impossible. */
const isSound = (packet: Packet, layer: Layer): boolean => headerLen(packet, layer) >= MIN_HEADER;

/** Relative numbers and the like, which need the conversation, are not shown in headers that ICMP errors quote. */
const isOwn = (_packet: Packet, layer: Layer): boolean => !layer.quoted && layer.at + NEEDS <= layer.end;

function behind(
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  return fixed(kind, offset, name, type, about, { needs: NEEDS, when: isSound, always: true, ...options });
}

const flagsOf = ({ bytes }: Packet, { at }: Layer): number => readU16(bytes, at + 12) & 0xfff;

function flag(name: string, mask: number, about: string): PacketField {
  return behind(12, `tcp.flags.${name}`, 'bool', about, { mask, size: 2 });
}

/** Shown as soon as the window is there, even when it claims to be shorter than that; -1 where it is not. */
function dataLen(packet: Packet, layer: Layer): number {
  if (layer.quoted || layer.firstFragment || layer.at + NEEDS > layer.end) return -1;
  return Math.max(-1, layer.wireEnd - layer.at - headerLen(packet, layer));
}

function base({ capture, flow, direction, row }: Packet, own: boolean): number {
  return flow < 0 ? 0 : (capture.flows.baseSeq(flow, own ? direction : 1 - direction, row) ?? 0);
}

/** A header that is longer than its segment is not analysed: its numbers are shown as they are written. */
const fits = (packet: Packet, layer: Layer): boolean => layer.at + headerLen(packet, layer) <= layer.wireEnd;

function relativeSeq(packet: Packet, layer: Layer): number {
  const seq = readU32(packet.bytes, layer.at + 4);
  return fits(packet, layer) ? (seq - base(packet, true)) >>> 0 : seq;
}

/** How Wireshark draws the twelve flags. */
const FLAG_LETTERS = 'RRRACEUAPRSF';
function flagString(flags: number): string {
  let text = '';
  for (let bit = 11; bit >= 0; bit--) text += (flags & (1 << bit)) === 0 ? '·' : FLAG_LETTERS[11 - bit];
  return text;
}

const src = fixed(kind, 0, 'tcp.srcport', 'uint16', 'Source port', { needs: 4 });
const dst = fixed(kind, 2, 'tcp.dstport', 'uint16', 'Destination port');

const NUMBERS: readonly PacketField[] = [
  worked(
    kind,
    'tcp.seq',
    'uint32',
    'Sequence number from the start of the conversation',
    (packet, layer, out) => {
      if (isOwn(packet, layer)) out.push(relativeSeq(packet, layer));
      // Of a quoted header that is cut, as RFC 792 allows, Wireshark shows the number as it is written.
      else if (layer.quoted && layer.at + 8 <= layer.end && layer.at + NEEDS > layer.end)
        out.push(readU32(packet.bytes, layer.at + 4));
    },
  ),
  fixed(kind, 4, 'tcp.seq_raw', 'uint32', 'Sequence number', { needs: NEEDS, when: isOwn }),
  worked(kind, 'tcp.nxtseq', 'uint32', 'Sequence number after this segment', (packet, layer, out) => {
    const length = dataLen(packet, layer);
    if (length < 0 || !isSound(packet, layer)) return;
    const flags = flagsOf(packet, layer);
    out.push((relativeSeq(packet, layer) + length + ((flags & (SYN | FIN)) === 0 ? 0 : 1)) >>> 0);
  }),
  worked(
    kind,
    'tcp.ack',
    'uint32',
    'Acknowledgement from the start of the conversation',
    (packet, layer, out) => {
      if (!isOwn(packet, layer) || !isSound(packet, layer)) return;
      const ack = readU32(packet.bytes, layer.at + 8);
      const isAck = (flagsOf(packet, layer) & ACKNOWLEDGES) !== 0;
      out.push(isAck && fits(packet, layer) ? (ack - base(packet, false)) >>> 0 : ack);
    },
  ),
  behind(8, 'tcp.ack_raw', 'uint32', 'Acknowledgement number'),
  worked(kind, 'tcp.hdr_len', 'uint8', 'Length of the header in bytes', (packet, layer, out) => {
    if (layer.at + NEEDS <= layer.end) out.push(headerLen(packet, layer));
  }),
  worked(kind, 'tcp.len', 'uint32', 'Bytes of data', (packet, layer, out) => {
    const length = dataLen(packet, layer);
    if (length >= 0) out.push(length);
  }),
];

const FLAGS: readonly PacketField[] = [
  behind(12, 'tcp.flags', 'uint16', 'Flags', { mask: 0xfff, base: 'hex' }),
  flag('res', 0xe00, 'Reserved'),
  flag('ae', 0x100, 'Accurate ECN'),
  flag('cwr', 0x080, 'Congestion window reduced'),
  flag('ece', 0x040, 'Congestion was met (ECN echo)'),
  flag('urg', 0x020, 'The urgent pointer counts'),
  flag('ack', 0x010, 'The acknowledgement number counts'),
  flag('push', 0x008, 'Push'),
  flag('reset', 0x004, 'Reset'),
  flag('syn', 0x002, 'Synchronise'),
  flag('fin', 0x001, 'No more data'),
  worked(kind, 'tcp.flags.str', 'string', 'Flags as letters', (packet, layer, out) => {
    if (isSound(packet, layer)) out.push(flagString(flagsOf(packet, layer)));
  }),
];

/** Of the frame's own segment: its window scale, or null where Wireshark shows no window. */
function scaleOf(packet: Packet, layer: Layer): number | null {
  if (!isOwn(packet, layer) || !isSound(packet, layer) || packet.flow < 0) return null;
  return flowFacts(packet.capture).scale[packet.row] ?? SCALE.unknown;
}

const WINDOW: readonly PacketField[] = [
  behind(14, 'tcp.window_size_value', 'uint16', 'Window as it is written'),
  worked(kind, 'tcp.window_size', 'uint32', 'Window in bytes', (packet, layer, out) => {
    const scale = scaleOf(packet, layer);
    if (scale === null) return;
    const isScaled = (flagsOf(packet, layer) & SYN) === 0 && scale >= 0 && fits(packet, layer);
    const shift = isScaled ? scale : 0;
    out.push(readU16(packet.bytes, layer.at + 14) << shift);
  }),
  worked(
    kind,
    'tcp.window_size_scalefactor',
    'int32',
    'Factor of the window: -1 unknown, -2 none',
    (packet, layer, out) => {
      const scale = scaleOf(packet, layer);
      if (scale === null || (flagsOf(packet, layer) & SYN) !== 0) return;
      out.push(scale < 0 ? scale : 1 << scale);
    },
  ),
];

function connection(name: string, about: string, test: (flags: number) => boolean): PacketField {
  return worked(kind, `tcp.connection.${name}`, 'bool', about, (packet, layer, out) => {
    if (isOwn(packet, layer) && isSound(packet, layer) && test(flagsOf(packet, layer))) out.push(1);
  });
}

const CONNECTION: readonly PacketField[] = [
  connection('syn', 'It asks for a connection', (flags) => (flags & (SYN | ACKNOWLEDGES)) === SYN),
  connection(
    'synack',
    'It accepts a connection',
    (flags) => (flags & SYN) !== 0 && (flags & ACKNOWLEDGES) !== 0,
  ),
  connection('fin', 'It ends its direction', (flags) => (flags & FIN) !== 0),
  connection('rst', 'It resets the connection', (flags) => (flags & 4) !== 0),
  worked(
    kind,
    'tcp.completeness',
    'uint8',
    'What was seen of the connection before, as bits',
    (packet, layer, out) => {
      if (isOwn(packet, layer) && packet.flow >= 0)
        out.push(flowFacts(packet.capture).completeness[packet.row] ?? 0);
    },
  ),
];

const DAMAGE: readonly PacketField[] = [
  worked(kind, 'tcp.short_segment', 'bool', 'The segment ends inside its header', (packet, layer, out) => {
    if (isOwn(packet, layer) && isSound(packet, layer) && !fits(packet, layer)) out.push(1);
  }),
  worked(
    kind,
    'tcp.bogus_header_length',
    'bool',
    'The data offset is under 20 bytes',
    (packet, layer, out) => {
      if (layer.at + NEEDS <= layer.end && headerLen(packet, layer) < MIN_HEADER) out.push(1);
    },
  ),
];

/** TCP, RFC 9293 §3.1. */
export const TCP_FIELDS: readonly PacketField[] = [
  protocol(kind, 'tcp', 'Transmission control protocol'),
  src,
  dst,
  either('tcp.port', 'Source or destination port', src, dst),
  streamField(kind, 'tcp.stream', (_packet, { at, end }) => at + NEEDS <= end),
  ...NUMBERS,
  ...FLAGS,
  ...WINDOW,
  behind(16, 'tcp.checksum', 'uint16', 'Checksum', { base: 'hex' }),
  checksumStatus(kind, 'tcp.checksum.status', PROTOCOL.tcp, NEEDS + 2, isSound),
  behind(18, 'tcp.urgent_pointer', 'uint16', 'Where the urgent data ends'),
  worked(kind, 'tcp.payload', 'bytes', 'The data', (packet, layer, out) => {
    const length = headerLen(packet, layer);
    if (layer.quoted || length < MIN_HEADER) return;
    if (layer.end > layer.at + length) out.push(packet.bytes.subarray(layer.at + length, layer.end));
  }),
  ...conversationTimes(kind, 'tcp'),
  ...CONNECTION,
  ...DAMAGE,
  ...TCP_OPTION_FIELDS,
];
