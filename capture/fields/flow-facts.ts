import type { Capture } from '../capture.ts';
import { ACK, FIN, PROTOCOL, RST, SYN } from '../columns.ts';
import { wholePacket } from '../datagram.ts';
import { eachTcpOption, TCP_OPTION } from '../decode/tcp-options.ts';

/** Window scaling of a segment's sender: no SYN of it was seen, or it does not scale. */
export const SCALE = { unknown: -1, none: -2 } as const;

/** What was seen of a TCP connection, as bits of Wireshark's tcp.completeness. */
const SEEN = { syn: 1, synAck: 2, ack: 4, data: 8, fin: 16, rst: 32 } as const;
const MAX_SHIFT = 14; // RFC 7323 §2.3

/** What rows know from the rows of their flow before them; worked out in one pass when it is first asked for. */
export class FlowFacts {
  /** The row before in the same flow, -1 for the first. */
  previous = new Int32Array(0);
  /** Bits of SEEN before the row. */
  completeness = new Uint8Array(0);
  /** Shift of the sender's window, or one of SCALE. */
  scale = new Int8Array(0);
  private rows = 0;
  private readonly latest: number[] = [];
  private readonly seen: number[] = [];
  private readonly shifts: number[] = [];
  private readonly tuples = new Set<string>();
  private readonly capture: Capture;

  constructor(capture: Capture) {
    this.capture = capture;
  }

  /** First row of a flow. */
  firstRow(flow: number): number {
    return this.capture.flows.get(flow).firstRow;
  }

  /** Takes in the rows that came since the last time. */
  update(): void {
    const { columns } = this.capture;
    if (this.rows === columns.length) return;
    this.previous = grown(this.previous, columns.length);
    this.completeness = grown(this.completeness, columns.length);
    this.scale = grown(this.scale, columns.length);
    for (; this.rows < columns.length; this.rows++) this.take(this.rows);
  }

  private take(row: number): void {
    const { columns } = this.capture;
    const flow = columns.flow[row] ?? -1;
    const isTcp = columns.protocol[row] === PROTOCOL.tcp;
    this.previous[row] = -1;
    this.scale[row] = SCALE.unknown;
    // Found by trying tshark: later fragments and datagrams without data do not count.
    if (columns.transportAt[row] === 0xffff) return;
    if (!isTcp && columns.payloadLen[row] === 0) return;
    if (flow < 0 || (!isTcp && columns.protocol[row] !== PROTOCOL.udp)) return;
    this.previous[row] = this.latest[flow] ?? -1;
    this.latest[flow] = row;
    if (isTcp && columns.transportAt[row] !== 0xffff) this.takeTcp(row, flow);
  }

  private takeTcp(row: number, flow: number): void {
    const { columns } = this.capture;
    const flags = columns.flags[row] ?? 0;
    const mine = flow * 2 + (columns.direction[row] ?? 0);
    if ((flags & SYN) !== 0) this.takeShift(row, mine, (flags & ACK) !== 0);
    this.scale[row] = this.shifts[mine] ?? SCALE.unknown;
    const isFirst = this.previous[row] === -1;
    // Found by trying tshark: the SYN of a four-tuple that is used again counts before itself; a first segment
    // that is no SYN does not count at all, be it a SYN+ACK, and no SYN counts that is not the first.
    const before = isFirst && this.isReuse(flow) ? SEEN.syn : (this.seen[flow] ?? 0);
    this.completeness[row] = before;
    const isSyn = (flags & (SYN | ACK)) === SYN;
    const length = columns.payloadLen[row] ?? 0;
    if (isFirst && before === 0) this.seen[flow] = isSyn ? SEEN.syn | (length > 0 ? SEEN.data : 0) : 0;
    else this.seen[flow] = before | seenIn(flags, length);
  }

  private isReuse(flow: number): boolean {
    const { addressA, portA, addressB, portB } = this.capture.flows.get(flow);
    const ends = [`${addressA} ${portA}`, `${addressB} ${portB}`].sort().join(' ');
    const used = this.tuples.has(ends);
    this.tuples.add(ends);
    return used;
  }

  /** What a SYN says of scaling (RFC 7323 §2.2), as tshark takes it: what was once offered is not taken back. */
  private takeShift(row: number, mine: number, isAnswer: boolean): void {
    const shift = this.shiftOf(row);
    if (shift >= 0) {
      if (!isAnswer || this.shifts[mine ^ 1] !== SCALE.none) this.shifts[mine] = shift;
    } else if (shift === SCALE.none && this.shifts[mine] === undefined) {
      this.shifts[mine] = SCALE.none;
      this.shifts[mine ^ 1] = SCALE.none;
    }
  }

  private shiftOf(row: number): number {
    const { columns } = this.capture;
    const at = columns.transportAt[row] ?? 0;
    const frame = wholePacket(this.capture, row);
    const headerEnd = at + ((frame[at + 12] ?? 0) >> 4) * 4;
    const end = Math.min(frame.length, headerEnd);
    // Of options that were not captured nothing is known.
    let shift: number = end < headerEnd ? SCALE.unknown : SCALE.none;
    eachTcpOption(frame, at + 20, end, (number, optionAt, length) => {
      if (number === TCP_OPTION.windowScale && length === 3 && optionAt + 2 < end) {
        shift = Math.min(frame[optionAt + 2] ?? 0, MAX_SHIFT);
      }
    });
    return shift;
  }
}

/** What a segment adds, found by trying tshark with all flags: without ACK only a reset counts. */
function seenIn(flags: number, length: number): number {
  const reset = (flags & RST) === 0 ? 0 : SEEN.rst;
  if ((flags & ACK) === 0) return reset;
  const fin = (flags & FIN) === 0 ? 0 : SEEN.fin;
  const carries = (flags & SYN) !== 0 ? SEEN.synAck : length > 0 ? SEEN.data : SEEN.ack;
  return reset | fin | carries;
}

function grown<T extends Int32Array | Uint8Array | Int8Array>(from: T, length: number): T {
  const to = new (from.constructor as new (length: number) => T)(Math.max(length, from.length));
  to.set(from);
  return to;
}

const facts = new WeakMap<Capture, FlowFacts>();

/** The facts of a capture's flows, up to its last row. */
export function flowFacts(capture: Capture): FlowFacts {
  let known = facts.get(capture);
  if (known === undefined) {
    known = new FlowFacts(capture);
    facts.set(capture, known);
  }
  known.update();
  return known;
}
