import type { Capture } from '../capture.ts';
import { ACK, FIN, PROTOCOL, SYN } from '../columns.ts';
import { NEXT } from '../decode/decoding.ts';
import { LINKTYPE } from '../decode/link-types.ts';
import { frameNumber } from '../frame-number.ts';
import type { PacketField, Place } from './field.ts';
import { flowFacts } from './flow-facts.ts';
import { readNumber } from './make.ts';
import { HEX_DIGITS } from './text.ts';
import type { TextBuffer } from './text-buffer.ts';

// Ethernet II, IPv4 without options, then TCP or UDP: where the headers stand.
const IP = 14;
const TRANSPORT = 34;
const TCP_END = TRANSPORT + 20;
const UDP_END = TRANSPORT + 8;

/** Writes the text that a field has in a plain row; `frame` holds its bytes, where the writer needs them. */
export interface PlainWriter {
  readonly needsFrame: boolean;
  write(row: number, frame: Uint8Array, out: TextBuffer): void;
}

/** Whether a row holds nothing but TCP or UDP over IPv4 over Ethernet, whole and sound: then all of its headers are known. */
export function isPlain(capture: Capture, row: number): boolean {
  const { columns, interfaces } = capture;
  const { networkAt, transportAt, protocol, problem, iface, capLen, flow, nsec, sec } = columns;
  if (networkAt[row] !== IP || transportAt[row] !== TRANSPORT || problem[row] !== 0) return false;
  if (interfaces[iface[row] ?? 0]?.linkType !== LINKTYPE.ethernet) return false;
  if (protocol[row] !== PROTOCOL.tcp && protocol[row] !== PROTOCOL.udp) return false;
  const end = protocol[row] === PROTOCOL.tcp ? TCP_END : UDP_END;
  if ((capLen[row] ?? 0) < end || (flow[row] ?? -1) < 0 || columns.fragments.has(row)) return false;
  return (nsec[row] ?? 0) < 1e9 && (sec[row] ?? 0) >= 0 && capture.hasTime(row);
}

/** How a field's text is written for plain rows; null where that is left to the field itself. */
export function plainWriter(capture: Capture, fields: readonly PacketField[]): PlainWriter | null {
  const [field] = fields;
  if (field === undefined) return null;
  const known = KNOWN[field.name];
  if (known !== undefined) return { needsFrame: false, write: known(capture) };
  // Plain rows have four kinds of header; what stands in others they do not have.
  const inThem = fields.filter(({ layer }) => layer === null || isPlainLayer(layer));
  if (inThem.length === 0) return { needsFrame: false, write: () => {} };
  const [only] = inThem;
  if (inThem.length > 1 || only?.place === undefined) return null;
  return { needsFrame: true, write: placed(capture, only, only.place) };
}

function isPlainLayer(layer: number): boolean {
  return layer === NEXT.ethernet || layer === NEXT.ipv4 || layer === NEXT.tcp || layer === NEXT.udp;
}

type Write = PlainWriter['write'];

/** Writes the number or address that stands at a place of its header. */
function placed(capture: Capture, field: PacketField, { offset, size, mask }: Place): Write {
  const { layer, type, base } = field;
  const wanted = layer === NEXT.tcp ? PROTOCOL.tcp : layer === NEXT.udp ? PROTOCOL.udp : null;
  const at = offset + (layer === NEXT.ethernet ? 0 : layer === NEXT.ipv4 ? IP : TRANSPORT);
  const shift = mask === null ? 0 : 31 - Math.clz32(mask & -mask);
  const digits = HEX_DIGITS[type] ?? 2;
  return (row, frame, out) => {
    if (wanted !== null && capture.columns.protocol[row] !== wanted) return;
    if (type === 'ipv4') out.ipv4(frame, at);
    else if (type === 'ether') out.ether(frame, at);
    else {
      const raw = readNumber(frame, at, size);
      const bits = mask === null ? raw : (raw & mask) >>> shift;
      const value = type === 'bool' && bits !== 0 && mask !== null ? 1 : bits;
      if (base === 'hex') out.hex(value, digits);
      else out.number(value);
    }
  };
}

function ofTcp(write: (capture: Capture, row: number, out: TextBuffer) => void): (capture: Capture) => Write {
  return (capture) => (row, _frame, out) => {
    if (capture.columns.protocol[row] === PROTOCOL.tcp) write(capture, row, out);
  };
}

function ofFrame(
  write: (capture: Capture, row: number, out: TextBuffer) => void,
): (capture: Capture) => Write {
  return (capture) => (row, _frame, out) => write(capture, row, out);
}

function since({ columns }: Capture, row: number, before: number, out: TextBuffer): void {
  const { sec, nsec } = columns;
  out.seconds((sec[row] ?? 0) - (sec[before] ?? 0), (nsec[row] ?? 0) - (nsec[before] ?? 0));
}

/** Sequence number from the start of the conversation; `own` false: that of the other side. */
function relative({ columns, flows }: Capture, row: number, number: number, own: boolean): number {
  const direction = columns.direction[row] ?? 0;
  const base = flows.baseSeq(columns.flow[row] ?? 0, own ? direction : 1 - direction, row) ?? 0;
  return (number - base) >>> 0;
}

/** What the columns hold: no look at the frame is needed. The fields themselves say the same of all other rows. */
const KNOWN: Readonly<Record<string, (capture: Capture) => Write>> = {
  'frame.number': ofFrame((capture, row, out) => out.number(frameNumber(capture, row))),
  'frame.len': ofFrame(({ columns }, row, out) => out.number(columns.wireLen[row] ?? 0)),
  'frame.cap_len': ofFrame(({ columns }, row, out) => out.number(columns.capLen[row] ?? 0)),
  'frame.time_epoch': ofFrame(({ columns }, row, out) => {
    out.seconds(columns.sec[row] ?? 0, columns.nsec[row] ?? 0);
  }),
  'frame.time_relative': ofFrame((capture, row, out) => since(capture, row, 0, out)),
  'frame.time_delta': ofFrame((capture, row, out) => since(capture, row, Math.max(0, row - 1), out)),
  'tcp.stream': ofTcp(({ columns, flows }, row, out) => {
    out.number(flows.get(columns.flow[row] ?? 0).stream);
  }),
  'tcp.seq': ofTcp((capture, row, out) => {
    out.number(relative(capture, row, capture.columns.seq[row] ?? 0, true));
  }),
  'tcp.seq_raw': ofTcp(({ columns }, row, out) => out.number(columns.seq[row] ?? 0)),
  'tcp.nxtseq': ofTcp((capture, row, out) => {
    const { seq, payloadLen, flags } = capture.columns;
    const flag = ((flags[row] ?? 0) & (SYN | FIN)) === 0 ? 0 : 1;
    out.number((relative(capture, row, seq[row] ?? 0, true) + (payloadLen[row] ?? 0) + flag) >>> 0);
  }),
  'tcp.ack': ofTcp((capture, row, out) => {
    const { ack, flags } = capture.columns;
    const isAck = ((flags[row] ?? 0) & ACK) !== 0;
    out.number(isAck ? relative(capture, row, ack[row] ?? 0, false) : (ack[row] ?? 0));
  }),
  'tcp.len': ofTcp(({ columns }, row, out) => out.number(columns.payloadLen[row] ?? 0)),
  'tcp.hdr_len': ofTcp(({ columns }, row, out) => out.number((columns.payloadAt[row] ?? 0) - TRANSPORT)),
  'tcp.flags': ofTcp(({ columns }, row, out) => out.hex(columns.flags[row] ?? 0, 4)),
  'tcp.window_size': (capture) => {
    const facts = flowFacts(capture);
    return (row, _frame, out) => {
      const { window, flags, protocol } = capture.columns;
      if (protocol[row] !== PROTOCOL.tcp) return;
      const shift = ((flags[row] ?? 0) & SYN) !== 0 ? 0 : Math.max(0, facts.scale[row] ?? 0);
      out.number((window[row] ?? 0) << shift);
    };
  },
};
