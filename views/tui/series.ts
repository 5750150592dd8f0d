import { ACK, SYN } from '../../capture/columns.ts';
import { windowScales } from '../ladder/packet-text.ts';
import type { Document } from './document.ts';

/** A value that changes at moments: times in seconds since the connection's first packet. */
export interface Series {
  readonly name: string;
  readonly times: number[];
  readonly values: number[];
}

/** What the packets of one connection say over time, of the direction that carried more bytes. */
export interface FlowSeries {
  /** The direction of the data: 0 from A. */
  readonly direction: 0 | 1;
  readonly lastSecond: number;
  readonly segments: readonly {
    readonly time: number;
    readonly from: number;
    readonly to: number;
    readonly isAgain: boolean;
    readonly row: number;
  }[];
  readonly acks: Series;
  /** Acknowledged byte plus window: how far the sender may go. */
  readonly edge: Series;
  readonly window: Series;
  readonly inFlight: Series;
  readonly sendQueue: Series;
  readonly recvQueue: Series;
  /** Of the sending end, where the kernel was asked: the congestion window and its threshold in bytes, the rtt in µs. */
  readonly cwnd: Series;
  readonly ssthresh: Series;
  readonly rtt: Series;
}

const series = (name: string): Series => ({ name, times: [], values: [] });
/** Numbers further apart than this belong to another turn of the 32 bits, or to nothing. */
const HALF = 0x8000_0000;

/** Reads a TCP connection's packets and calls into series; null for what is none, or carried no bytes. */
export function flowSeries(document: Document, connection: number): FlowSeries | null {
  const { timeline, session } = document;
  const known = timeline.connections[connection];
  if (known === undefined || known.protocol !== 'tcp') return null;
  const { columns, flows } = session.capture;
  const counts = document.counts(connection);
  if (counts.bytesFromA + counts.bytesFromB === 0) return null;
  const direction: 0 | 1 = counts.bytesFromB > counts.bytesFromA ? 1 : 0;
  const { flow } = known;
  const base = flows.baseSeq(flow, direction) ?? 0;
  const scale = windowScales(session.capture);
  const startNs = counts.firstNs;
  const result = {
    ...{ direction: direction as 0 | 1, lastSecond: 0, segments: [] as FlowSeries['segments'][number][] },
    ...{ acks: series('acknowledged'), edge: series('window edge'), window: series('window') },
    ...{ inFlight: series('in flight'), sendQueue: series('Send-Q'), recvQueue: series('Recv-Q') },
    ...{ cwnd: series('cwnd'), ssthresh: series('ssthresh'), rtt: series('rtt µs') },
  };
  let highest = 0;
  let acked = 0;
  for (let row = flows.get(flow).firstRow; row < columns.length; row++) {
    if (columns.flow[row] !== flow) continue;
    const time = Number(columns.timeNs(row) - startNs) / 1e9;
    result.lastSecond = Math.max(result.lastSecond, time);
    const flags = columns.flags[row] ?? 0;
    if (columns.direction[row] === direction) {
      const size = columns.payloadLen[row] ?? 0;
      const from = ((columns.seq[row] ?? 0) - base) >>> 0;
      if (size > 0 && from < HALF) {
        const to = from + size;
        result.segments.push({ time, from, to, isAgain: to <= highest, row: timeline.rowOfPacket(row) });
        highest = Math.max(highest, to);
        put(result.inFlight, time, Math.max(0, highest - acked));
      }
    } else if ((flags & ACK) !== 0) {
      const ack = ((columns.ack[row] ?? 0) - base) >>> 0;
      if (ack >= HALF) continue;
      acked = Math.max(acked, ack);
      const window = (columns.window[row] ?? 0) * ((flags & SYN) === 0 ? 2 ** scale(row) : 1);
      put(result.acks, time, acked);
      put(result.window, time, window);
      put(result.edge, time, ack + window);
      put(result.inFlight, time, Math.max(0, highest - acked));
    }
  }
  if (!addKernel(document, connection, direction, startNs, result))
    addQueues(document, connection, direction, startNs, result);
  return result;
}

/** What the kernel's tables said of both ends over time; false where they were not asked, or never showed them. */
function addKernel(
  document: Document,
  connection: number,
  direction: 0 | 1,
  startNs: bigint,
  { sendQueue, recvQueue, cwnd, ssthresh, rtt, lastSecond }: FlowSeries,
): boolean {
  const { timeline, session } = document;
  const known = timeline.connections[connection];
  if (session.kernel === undefined || known === undefined) return false;
  const ends = [known.endpointA, known.endpointB];
  const sender = ends[direction];
  const receiver = ends[1 - direction];
  for (const { timeNs, socket } of session.kernel.samples) {
    if (socket === null) continue;
    const time = Math.max(0, Number(timeNs - startNs) / 1e9);
    if (time > lastSecond) break;
    const [local, remote] = [unmapped(socket.local), unmapped(socket.remote)];
    if (local === receiver && remote === sender) put(recvQueue, time, socket.recvQueue);
    if (local !== sender || remote !== receiver) continue;
    put(sendQueue, time, socket.sendQueue);
    const { cwnd: segments, snd_mss: mss, snd_ssthresh: threshold, rtt_us: us } = socket.info ?? {};
    if (segments === undefined || mss === undefined) continue;
    put(cwnd, time, segments * mss);
    if (threshold !== undefined && threshold < NO_THRESHOLD) put(ssthresh, time, threshold * mss);
    if (us !== undefined) put(rtt, time, us);
  }
  return sendQueue.times.length + recvQueue.times.length > 0;
}

/** TCP_INFINITE_SSTHRESH of <net/tcp.h>: slow start has never ended. */
const NO_THRESHOLD = 0x7fff_ffff;

/** An IPv6 socket shows an IPv4 connection with mapped addresses; its packets are IPv4. */
function unmapped(address: string): string {
  return address.replace(/^\[::ffff:([\d.]+)\]/, '$1');
}

function put({ times, values }: Series, time: number, value: number): void {
  times.push(time);
  values.push(value);
}

/** Send-Q of the sending side and Recv-Q of the receiving one, as the calls found them. */
function addQueues(
  document: Document,
  connection: number,
  direction: 0 | 1,
  startNs: bigint,
  { sendQueue, recvQueue }: FlowSeries,
): void {
  const { timeline, session } = document;
  const known = timeline.connections[connection];
  const [sender, receiver] =
    direction === 0 ? [known?.socketA, known?.socketB] : [known?.socketB, known?.socketA];
  session.calls.forEach((call, index) => {
    if (timeline.connectionOfCall(index) !== connection || call.exitNs === null) return;
    const time = Math.max(0, Number(call.exitNs - startNs) / 1e9);
    if (call.sendQueue !== null && call.socket === sender) {
      sendQueue.times.push(time);
      sendQueue.values.push(call.sendQueue);
    }
    if (call.recvQueue !== null && call.socket === receiver) {
      recvQueue.times.push(time);
      recvQueue.values.push(call.recvQueue);
    }
  });
}
