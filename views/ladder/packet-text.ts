import type { Capture } from '../../capture/capture.ts';
import { ACK, FIN, PROTOCOL, PSH, RST, SYN, URG } from '../../capture/columns.ts';
import { wholeOf } from '../../capture/datagram.ts';
import { urgentPointer } from '../../capture/decode/urgent.ts';
import { words } from '../../src/words/words.ts';
import type { Style } from './line.ts';

const NOWHERE = 0xffff;
/** RFC 7323 §2.3: larger shifts count as this. */
const MAX_SHIFT = 14;

const FLAG_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [FIN, 'FIN'],
  [SYN, 'SYN'],
  [RST, 'RST'],
  [PSH, 'PSH'],
  [ACK, 'ACK'],
  [URG, 'URG'],
  [0x40, 'ECE'],
  [0x80, 'CWR'],
  [0x100, 'NS'],
];

/** What the arrow of a packet says. Numbers are relative to the first of the connection, windows scaled, as in Wireshark. */
export interface PacketText {
  readonly text: string;
  readonly style: Style;
}

export type PacketTexts = (row: number) => PacketText;

/** Prepares the words for packets of a capture: one pass over the options of its SYNs for the window scales. */
export function packetTexts(capture: Capture): PacketTexts {
  const scales = new WindowScales(capture);
  return (row) => {
    const { columns } = capture;
    const fragment = columns.fragments.get(row);
    if (fragment !== undefined && isPart(capture, row)) {
      return {
        text: words().ladder.fragment(fragment.offset, !fragment.more),
        style: 'datagram',
      };
    }
    const length = columns.payloadLen[row] ?? 0;
    if (columns.problem[row] !== 0 && (columns.flow[row] ?? -1) < 0)
      return {
        text: `${notRead(columns.protocol[row] ?? 0)}, ${columns.wireLen[row] ?? 0} bytes`,
        style: 'dim',
      };
    switch (columns.protocol[row]) {
      case PROTOCOL.tcp:
        return tcpText(capture, row, scales);
      case PROTOCOL.udp:
        return {
          text: `UDP Len=${length}${fragment === undefined ? '' : words().ladder.firstFragment}`,
          style: 'datagram',
        };
      case PROTOCOL.icmp:
        return { text: `ICMP ${icmpName(4, columns.seq[row] ?? 0)}`, style: 'rst' };
      case PROTOCOL.icmpv6:
        return { text: `ICMPv6 ${icmpName(6, columns.seq[row] ?? 0)}`, style: 'rst' };
      default:
        return { text: words().ladder.otherProtocol(columns.wireLen[row] ?? 0), style: 'dim' };
    }
  };
}

/** Whether nothing but the fragment is to be told: of UDP and ICMP the first tells more, of all else the one that completes it. */
function isPart({ columns }: Capture, row: number): boolean {
  const protocol = columns.protocol[row];
  if (protocol === PROTOCOL.tcp) return false;
  const isDatagram = protocol === PROTOCOL.udp || protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
  return wholeOf(columns, row) === null && (!isDatagram || columns.transportAt[row] === NOWHERE);
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  [PROTOCOL.tcp]: 'TCP',
  [PROTOCOL.udp]: 'UDP',
  [PROTOCOL.icmp]: 'ICMP',
  [PROTOCOL.icmpv6]: 'ICMPv6',
};

/** Of a packet whose headers were not read to the end, no more than the protocol is known. */
function notRead(protocol: number): string {
  const name = PROTOCOLS[protocol];
  return name === undefined ? 'packet' : `${name} packet`;
}

function tcpText(capture: Capture, row: number, scales: WindowScales): PacketText {
  const { columns, flows } = capture;
  const flags = columns.flags[row] ?? 0;
  const length = columns.payloadLen[row] ?? 0;
  const flow = columns.flow[row] ?? -1;
  const direction = columns.direction[row] ?? 0;
  const base = (of: number): number => (flow < 0 ? 0 : (flows.baseSeq(flow, of) ?? 0));
  const names = FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const parts = [`[${names.join(', ')}]`, `Seq=${((columns.seq[row] ?? 0) - base(direction)) >>> 0}`];
  if ((flags & ACK) !== 0) parts.push(`Ack=${((columns.ack[row] ?? 0) - base(1 - direction)) >>> 0}`);
  const scale = (flags & SYN) === 0 ? scales.shift(row) : 0;
  parts.push(`Win=${(columns.window[row] ?? 0) * 2 ** scale}`);
  if (length > 0) parts.push(`Len=${length}`);
  if ((flags & URG) !== 0) parts.push(`Urg=${urgentPointer(capture, row) ?? '?'}`);
  const inFragments = wholeOf(columns, row) === null ? '' : words().ladder.inFragments;
  return { text: `${parts.join(' ')}${inFragments}`, style: tcpStyle(flags, length) };
}

function tcpStyle(flags: number, length: number): Style {
  if ((flags & RST) !== 0) return 'rst';
  if ((flags & SYN) !== 0) return 'syn';
  if ((flags & FIN) !== 0) return 'fin';
  return length > 0 ? 'data' : 'ack';
}

/** Types of ICMP and ICMPv6 messages: RFC 792, RFC 4443. */
function icmpName(version: 4 | 6, typeAndCode: number): string {
  const type = Math.floor(typeAndCode / 256);
  const code = typeAndCode % 256;
  const isUnreachable = version === 4 ? type === 3 : type === 1;
  const said = words().ladder;
  const unreachable: Readonly<Record<string, string>> = said.unreachable;
  const types: Readonly<Record<string, string>> = said.icmp;
  const name = isUnreachable ? unreachable[`${version}:${code}`] : undefined;
  return name ?? types[`${version}:${type}`] ?? said.typeAndCode(type, code);
}

/** The shift that the windows of a packet's flow and direction count with, 0 to 14; one pass over the options of SYNs. */
export function windowScales(capture: Capture): (row: number) => number {
  const scales = new WindowScales(capture);
  return (row) => scales.shift(row);
}

/** Per flow and direction the window scale that its SYN offers (RFC 7323 §2), -1 where it offers none. */
class WindowScales {
  private readonly capture: Capture;
  private readonly shifts: Int8Array;

  constructor(capture: Capture) {
    this.capture = capture;
    this.shifts = new Int8Array(capture.flows.length * 2).fill(-1);
    const { flow, length, tcpOptions } = capture.columns;
    for (let index = 0; index < tcpOptions.length; index++) {
      const row = tcpOptions.rows[index] ?? 0;
      if (row >= length || (flow[row] ?? -1) < 0) continue;
      this.shifts[this.at(row)] = Math.min(tcpOptions.shift[index] ?? -1, MAX_SHIFT);
    }
  }

  /** Both ends must have offered a scale, else neither uses one. */
  shift(row: number): number {
    const at = this.at(row);
    const own = this.shifts[at] ?? -1;
    return own >= 0 && (this.shifts[at ^ 1] ?? -1) >= 0 ? own : 0;
  }

  private at(row: number): number {
    const { flow, direction } = this.capture.columns;
    return (flow[row] ?? 0) * 2 + (direction[row] ?? 0);
  }
}
