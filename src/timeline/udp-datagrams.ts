import type { Capture } from '../../capture/capture.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import { type Endpoint, parseEndpoint } from './addresses.ts';
import type { Clock } from './clock.ts';
import type { UdpScene } from './explain-udp.ts';

/** One UDP datagram as it was captured, in one packet or in several fragments. */
export interface Datagram {
  /** Its packets in time order; the one with the UDP header among them. */
  readonly rows: number[];
  readonly flow: number;
  readonly direction: 0 | 1;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Bytes of payload, as the UDP header has it; of a datagram whose first fragment is missing, those captured. */
  length: number;
  /** Whether the packet with its UDP header is among them. */
  hasHeader: boolean;
  /** Whether all of its bytes are among its packets. */
  complete: boolean;
  readonly sentNs: number;
  /** When its last fragment came. */
  arrivedNs: number;
  lost: boolean;
  /** The send that made it and the receives that took it (several for broadcasts); indices of session.calls. */
  send: number | null;
  readonly reads: number[];
  /** The ICMP error that answered it. */
  icmp: number | null;
  /** What became of it, where no call of the run took it. */
  fate: Fate;
}

export type Fate =
  | 'unknown'
  | 'lost'
  | 'full'
  | 'dropped'
  | 'damaged'
  | 'unread'
  | 'refused'
  | 'closed'
  | 'outsider'
  | 'read';

/** Fragments of a datagram come within this time, else the identification stands for another one (RFC 8200 §4.5). */
const TOGETHER_NS = 60e9;

/** All UDP datagrams of a capture in order of time; or those alone that came in fragments. */
export function collectDatagrams(
  { capture, clock, lost, seconds }: Pick<UdpScene, 'capture' | 'clock' | 'lost' | 'seconds'>,
  which: 'all' | 'fragmented' = 'all',
): { list: Datagram[]; byRow: Map<number, Datagram> } {
  const { columns } = capture;
  const list: Datagram[] = [];
  const byRow = new Map<number, Datagram>();
  const open = new Map<string, Datagram>();
  for (let index = 0; index < columns.length; index++) {
    const row = clock.order[index] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.udp || (columns.flow[row] ?? 0) < 0) continue;
    const first = seconds?.firstOf(row) ?? -1;
    if (first >= 0) {
      const known = byRow.get(first);
      if (known !== undefined) byRow.set(row, known);
      continue;
    }
    const fragment = columns.fragments.get(row);
    if (fragment === undefined && which === 'fragmented') continue;
    const key =
      fragment === undefined ? '' : `${columns.flow[row] ?? 0} ${columns.direction[row] ?? 0} ${fragment.id}`;
    const before = fragment === undefined ? undefined : open.get(key);
    const isOld = before !== undefined && (clock.packets[row] ?? 0) - before.arrivedNs > TOGETHER_NS;
    const known = isOld ? undefined : before;
    const datagram = known ?? begin(capture, clock, row);
    datagram.rows.push(row);
    byRow.set(row, datagram);
    if ((lost[row] ?? 0) === 1) datagram.lost = true;
    datagram.arrivedNs = Math.max(datagram.arrivedNs, clock.packets[row] ?? 0);
    if (known === undefined) list.push(datagram);
    if (fragment === undefined) continue;
    if (fragment.offset === 0) {
      datagram.length = udpLength(capture, row);
      datagram.hasHeader = true;
    }
    const captured = payloadCaptured(capture, datagram);
    if (!datagram.hasHeader) datagram.length = captured;
    datagram.complete = datagram.hasHeader && captured >= datagram.length;
    if (datagram.complete) open.delete(key);
    else open.set(key, datagram);
  }
  return { list, byRow };
}

function begin(capture: Capture, clock: Clock, row: number): Datagram {
  const { columns } = capture;
  const flow = columns.flow[row] ?? 0;
  const { addressA, portA, addressB, portB } = capture.flows.get(flow);
  const a = { host: addressA, port: portA };
  const b = { host: addressB, port: portB };
  const direction = (columns.direction[row] ?? 0) === 0 ? 0 : 1;
  return {
    rows: [],
    flow,
    direction,
    source: direction === 0 ? a : b,
    destination: direction === 0 ? b : a,
    length: columns.payloadLen[row] ?? 0,
    hasHeader: !capture.columns.fragments.has(row),
    complete: true,
    sentNs: clock.packets[row] ?? 0,
    arrivedNs: clock.packets[row] ?? 0,
    lost: false,
    send: null,
    reads: [],
    icmp: null,
    fate: 'unknown',
  };
}

/** The length that the UDP header states (RFC 768), without the header. */
function udpLength(capture: Capture, row: number): number {
  const bytes = capture.frame(row);
  const field = (capture.columns.transportAt[row] ?? 0) + 4;
  return (bytes[field] ?? 0) * 256 + (bytes[field + 1] ?? 0) - 8;
}

function payloadCaptured(capture: Capture, { rows }: Datagram): number {
  let bytes = 0;
  for (const row of rows) bytes += capture.columns.payloadLen[row] ?? 0;
  return bytes;
}

/** Offset in the datagram's payload of the first payload byte in this packet. */
export function offsetInDatagram(capture: Capture, row: number): number {
  const offset = capture.columns.fragments.get(row)?.offset ?? 0;
  return offset === 0 ? 0 : offset - 8;
}

/** The endpoint that a call names, in its own field or among its arguments. */
export function namedEndpoint(
  remote: string | null,
  args: Readonly<Record<string, string | number | null>>,
): Endpoint | null {
  const direct = parseEndpoint(remote);
  if (direct !== null) return direct;
  for (const value of Object.values(args)) {
    const found = typeof value === 'string' ? parseEndpoint(value) : null;
    if (found !== null) return found;
  }
  return null;
}
