import type { Capture } from '../../capture/capture.ts';
import { ACK, FIN, PROTOCOL, PSH, RST, SYN, URG } from '../../capture/columns.ts';
import type { Style } from './line.ts';

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

/** Types of ICMP and ICMPv6 messages: RFC 792, RFC 4443. */
const ICMP_NAMES: Readonly<Record<string, string>> = {
  '4:0': 'echo reply',
  '4:3': 'destination unreachable',
  '4:5': 'redirect',
  '4:8': 'echo request',
  '4:11': 'time exceeded',
  '6:1': 'destination unreachable',
  '6:2': 'packet too big',
  '6:3': 'time exceeded',
  '6:128': 'echo request',
  '6:129': 'echo reply',
};
const UNREACHABLE: Readonly<Record<string, string>> = {
  '4:0': 'network unreachable',
  '4:1': 'host unreachable',
  '4:2': 'protocol unreachable',
  '4:3': 'port unreachable',
  '4:4': 'fragmentation needed',
  '4:13': 'prohibited',
  '6:0': 'no route',
  '6:1': 'prohibited',
  '6:3': 'address unreachable',
  '6:4': 'port unreachable',
};

/** What the arrow of a packet says. Numbers are relative to the first of the connection, windows scaled, as in Wireshark. */
export interface PacketText {
  readonly text: string;
  readonly style: Style;
}

export type PacketTexts = (row: number) => PacketText;

/** Prepares the words for packets of a capture: one pass over it for initial sequence numbers and window scales. */
export function packetTexts(capture: Capture): PacketTexts {
  const flows = new FlowBases(capture);
  return (row) => {
    const { columns } = capture;
    const fragment = columns.fragments.get(row);
    if (fragment !== undefined && fragment.offset > 0) {
      return {
        text: `IP fragment at byte ${fragment.offset}${fragment.more ? '' : ', the last'}`,
        style: 'datagram',
      };
    }
    const length = columns.payloadLen[row] ?? 0;
    switch (columns.protocol[row]) {
      case PROTOCOL.tcp:
        return tcpText(capture, row, flows);
      case PROTOCOL.udp:
        return {
          text: `UDP Len=${length}${fragment === undefined ? '' : ', first fragment'}`,
          style: 'datagram',
        };
      case PROTOCOL.icmp:
        return { text: `ICMP ${icmpName(4, columns.seq[row] ?? 0)}`, style: 'rst' };
      case PROTOCOL.icmpv6:
        return { text: `ICMPv6 ${icmpName(6, columns.seq[row] ?? 0)}`, style: 'rst' };
      default:
        return { text: `packet of another protocol, ${columns.wireLen[row] ?? 0} bytes`, style: 'dim' };
    }
  };
}

function tcpText({ columns }: Capture, row: number, flows: FlowBases): PacketText {
  const flags = columns.flags[row] ?? 0;
  const length = columns.payloadLen[row] ?? 0;
  const [seqBase, ackBase] = flows.bases(row);
  const names = FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const parts = [`[${names.join(', ')}]`, `Seq=${((columns.seq[row] ?? 0) - seqBase) >>> 0}`];
  if ((flags & ACK) !== 0) parts.push(`Ack=${((columns.ack[row] ?? 0) - ackBase) >>> 0}`);
  const scale = (flags & SYN) === 0 ? flows.scale(row) : 0;
  parts.push(`Win=${(columns.window[row] ?? 0) * 2 ** scale}`);
  if (length > 0) parts.push(`Len=${length}`);
  return { text: parts.join(' '), style: tcpStyle(flags, length) };
}

function tcpStyle(flags: number, length: number): Style {
  if ((flags & RST) !== 0) return 'rst';
  if ((flags & SYN) !== 0) return 'syn';
  if ((flags & FIN) !== 0) return 'fin';
  return length > 0 ? 'data' : 'ack';
}

function icmpName(version: 4 | 6, typeAndCode: number): string {
  const type = Math.floor(typeAndCode / 256);
  const code = typeAndCode % 256;
  const isUnreachable = version === 4 ? type === 3 : type === 1;
  const name = isUnreachable ? UNREACHABLE[`${version}:${code}`] : undefined;
  return name ?? ICMP_NAMES[`${version}:${type}`] ?? `type ${type} code ${code}`;
}

/** Per flow and direction: the sequence number that counts as 0, and the window scale of RFC 7323 §2. */
class FlowBases {
  private readonly capture: Capture;
  private readonly base: Float64Array;
  private readonly shift: Int8Array;

  constructor(capture: Capture) {
    this.capture = capture;
    this.base = new Float64Array(capture.flows.length * 2).fill(-1);
    this.shift = new Int8Array(capture.flows.length * 2).fill(-1);
    for (let row = 0; row < capture.columns.length; row++) this.see(row);
  }

  bases(row: number): [seq: number, ack: number] {
    const at = this.at(row);
    return [Math.max(this.base[at] ?? 0, 0), Math.max(this.base[at ^ 1] ?? 0, 0)];
  }

  /** Both ends must have offered a scale, else neither uses one. */
  scale(row: number): number {
    const at = this.at(row);
    const own = this.shift[at] ?? -1;
    return own >= 0 && (this.shift[at ^ 1] ?? -1) >= 0 ? own : 0;
  }

  private at(row: number): number {
    const { flow, direction } = this.capture.columns;
    return (flow[row] ?? 0) * 2 + (direction[row] ?? 0);
  }

  private see(row: number): void {
    const { columns } = this.capture;
    if (columns.protocol[row] !== PROTOCOL.tcp || (columns.flow[row] ?? -1) < 0) return;
    const at = this.at(row);
    const flags = columns.flags[row] ?? 0;
    const isSyn = (flags & SYN) !== 0;
    if ((this.base[at] ?? -1) < 0) this.base[at] = ((columns.seq[row] ?? 0) - (isSyn ? 0 : 1)) >>> 0;
    if ((flags & ACK) !== 0 && (this.base[at ^ 1] ?? -1) < 0)
      this.base[at ^ 1] = ((columns.ack[row] ?? 0) - 1) >>> 0;
    if (isSyn) this.shift[at] = windowScale(this.capture, row);
  }
}

/** The shift of the window scale option in a SYN; -1 where it has none. */
function windowScale(capture: Capture, row: number): number {
  const at = capture.columns.transportAt[row] ?? 0xffff;
  const frame = capture.frame(row);
  const end = Math.min(at + ((frame[at + 12] ?? 0) >> 4) * 4, frame.length);
  for (let option = at + 20; option < end; ) {
    const kind = frame[option] ?? 0;
    if (kind === 0) return -1;
    if (kind === 3) return Math.min(frame[option + 2] ?? 0, 14);
    option += kind === 1 ? 1 : Math.max(frame[option + 1] ?? 2, 2);
  }
  return -1;
}
