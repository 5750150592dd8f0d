import { FIN, PROTOCOL, SYN, URG } from '../../capture/columns.ts';
import { hasFlag, isReceive, isSend, shutsWriting } from './call-kinds.ts';
import { type Facts, factsOf } from './facts.ts';
import type { Side } from './tcp-side.ts';
import type { Timeline } from './types.ts';

/** Bytes in the queues of a TCP socket, as Linux counts them; null where the calls and packets so far leave it open. */
export interface InferredQueues {
  readonly recvQueue: number | null;
  readonly sendQueue: number | null;
}

const UNKNOWN: InferredQueues = { recvQueue: null, sendQueue: null };

/** What the packets up to a moment say of one end: all as stream offsets, -1 before the SYN. */
interface Seen {
  /** Highest acknowledgement that reached it, and the end of what it had sent; a SYN and a FIN count one each. */
  readonly acked: number;
  readonly sent: number;
  /** All up to here had reached it in order, the FIN not counted; whether the FIN had. */
  readonly arrived: number;
  readonly finNs: number | null;
  readonly ownFin: boolean;
  readonly answered: boolean;
  readonly urgent: boolean;
}

/**
 * The queues of one end of a TCP connection at `ns` (of the clock), from the calls and packets up to then. As tcp_diag.c
 * has them: Send-Q is write_seq - snd_una, in which a SYN and a FIN that are not acknowledged count one each; Recv-Q is
 * rcv_nxt - copied_seq, in which a FIN counts one until a receive comes to it. What a call that is still running has moved
 * is not known, unless the packets say so.
 */
export function tcpQueuesAt(
  timeline: Timeline,
  connection: number,
  isA: boolean,
  ns: number,
): InferredQueues {
  const facts = factsOf(timeline);
  // Of a capture that grows, the latest packets are not walked through yet.
  if (facts.capture.columns.length < timeline.session.capture.columns.length) return UNKNOWN;
  const flow = timeline.connections[connection]?.flow ?? -1;
  const sides = facts.sides[flow];
  if (sides === null || sides === undefined) return UNKNOWN;
  const own = isA ? 0 : 1;
  if ((facts.wire.placed[flow * 2] ?? 0) === 0 || !facts.complete) return UNKNOWN;
  const seen = seenAt(facts, flow, own, ns);
  // A connection request has no socket yet, and no queues (request_sock).
  if (seen.acked < 0 && (seen.answered || seen.sent < 0)) return { recvQueue: 0, sendQueue: 0 };
  if (seen.urgent) return UNKNOWN;
  const written = writtenAt(facts, sides[own], seen, ns);
  const taken = takenAt(facts, sides[own], seen, ns);
  return {
    sendQueue: written === null ? null : Math.max(0, written - seen.acked),
    recvQueue: taken === null ? null : Math.max(0, seen.arrived + (seen.finNs === null ? 0 : 1) - taken),
  };
}

function seenAt({ wire, capture, clock, gone }: Facts, flow: number, own: 0 | 1, ns: number): Seen {
  const { columns } = capture;
  let [acked, sent, arrived] = [-1, -1, 0];
  let finAt = Number.POSITIVE_INFINITY;
  let finSeenNs: number | null = null;
  let [ownFin, answered, urgent] = [false, false, false];
  const waiting: (readonly [from: number, to: number])[] = [];
  for (let place = wire.start[flow] ?? 0; place < (wire.start[flow + 1] ?? 0); place++) {
    const row = wire.rows[place] ?? 0;
    if ((clock.packets[row] ?? 0) > ns) break;
    const flags = columns.flags[row] ?? 0;
    const from = (wire.from[row] ?? 0) + (flags & SYN ? 1 : 0);
    const to = from + (columns.payloadLen[row] ?? 0);
    if (flags & URG) urgent = true;
    if ((columns.direction[row] ?? 0) === own) {
      if (flags & SYN && !Number.isNaN(wire.acked[row] ?? Number.NaN)) answered = true;
      if (flags & FIN) ownFin = true;
      sent = Math.max(sent, to + (flags & FIN ? 1 : 0));
      continue;
    }
    if (gone[row] === 1) continue;
    const ack = wire.acked[row] ?? Number.NaN;
    if (!Number.isNaN(ack)) acked = Math.max(acked, ack);
    if (to > from) waiting.push([from, to]);
    if (flags & FIN && finSeenNs === null) {
      finAt = to;
      finSeenNs = clock.packets[row] ?? 0;
    }
    arrived = takeInOrder(waiting, arrived);
  }
  return { acked, sent, arrived, finNs: arrived >= finAt ? finSeenNs : null, ownFin, answered, urgent };
}

/** Moves what follows on `arrived` out of `waiting`. Returns how far it then reaches. */
function takeInOrder(waiting: (readonly [from: number, to: number])[], arrived: number): number {
  let end = arrived;
  for (let at = 0; at < waiting.length; at++) {
    const [from, to] = waiting[at] ?? [0, 0];
    if (from > end) continue;
    waiting.splice(at, 1);
    end = Math.max(end, to);
    at = -1;
  }
  return end;
}

/** The end of what the program had handed over, the FIN counted; null where a call in progress leaves it open. */
function writtenAt({ session, clock }: Facts, { calls }: Side, seen: Seen, ns: number): number | null {
  let written = 0;
  let isClosed = seen.ownFin;
  for (const index of calls?.end.calls ?? []) {
    const call = session.calls[index];
    if (call === undefined || (clock.enters[index] ?? 0) > ns) continue;
    const isOver = (clock.exits[index] ?? Number.POSITIVE_INFINITY) <= ns;
    const ends = call.name === 'close' || shutsWriting(call);
    // A FIN that is on the wire stands behind all that was written.
    if (seen.ownFin && !isOver) continue;
    if (isSend(call)) {
      const most = written + (call.exitNs === null ? (call.length ?? 0) : Math.max(0, call.ret ?? 0));
      if (!isOver && seen.sent < most) return null;
      written = most;
    } else if (ends && !isOver) return null;
    else if (ends && call.ret === 0) isClosed = true;
  }
  // Nothing was written before the handshake was over, and its SYN counts by itself.
  if (seen.sent < 0) return null;
  return Math.max(written, seen.sent - (seen.ownFin ? 1 : 0)) + (isClosed ? 1 : 0);
}

/** The end of what receives had copied, the FIN counted; null where a receive in progress leaves it open. */
function takenAt({ session, clock }: Facts, { calls }: Side, seen: Seen, ns: number): number | null {
  let taken = 0;
  let hasMetFin = false;
  const end = seen.arrived + (seen.finNs === null ? 0 : 1);
  for (const index of calls?.end.calls ?? []) {
    const call = session.calls[index];
    if (call === undefined || !isReceive(call) || (clock.enters[index] ?? 0) > ns) continue;
    if (hasFlag(call, 'MSG_PEEK') || hasFlag(call, 'MSG_OOB') || hasFlag(call, 'MSG_ERRQUEUE')) continue;
    const isOver = (clock.exits[index] ?? Number.POSITIVE_INFINITY) <= ns;
    if (!isOver) return end === taken + (hasMetFin ? 1 : 0) ? end : null;
    taken += Math.max(0, call.ret ?? 0);
    if (call.ret === null || call.ret < 0 || seen.finNs === null || hasMetFin) continue;
    // With room left, a receive goes on to the FIN behind the last byte; whether it had come by then may be open.
    const hasRoom = call.length === null || call.ret < call.length;
    if (call.ret > 0 && (!hasRoom || seen.finNs > (clock.exits[index] ?? 0))) continue;
    if (call.ret > 0 && seen.finNs >= (clock.enters[index] ?? 0)) return null;
    hasMetFin = taken >= seen.arrived;
  }
  return taken + (hasMetFin ? 1 : 0);
}

/**
 * Whether datagrams that came to a UDP socket with the address `local` up to a row may wait in it. The kernel's Recv-Q of
 * such a socket is the memory that they take up (SK_MEMINFO_RMEM_ALLOC), which nothing in a capture tells.
 */
export function datagramsWaitAt(timeline: Timeline, local: string | null, row: number): boolean {
  const port = portOf(local);
  const { columns } = timeline.session.capture;
  const limit = timeline.rowTimeNs(row);
  for (let at = 0; at <= row; at++) {
    const each = timeline.row(at);
    if (each.kind !== 'packet' || (columns.protocol[each.packet] ?? 0) !== PROTOCOL.udp) continue;
    if (portTo(timeline, each.packet) !== port) continue;
    const isTaken = timeline.linksOfPacket(each.packet).some(({ relation, call }) => {
      const exitNs = timeline.session.calls[call]?.exitNs ?? null;
      return relation === 'consumes' && exitNs !== null && exitNs <= limit;
    });
    if (!isTaken) return true;
  }
  return false;
}

function portTo({ session }: Timeline, packet: number): number {
  const { columns, flows } = session.capture;
  const { portA, portB } = flows.get(columns.flow[packet] ?? 0);
  return (columns.direction[packet] ?? 0) === 0 ? portB : portA;
}

const portOf = (address: string | null): number => Number(address?.slice(address.lastIndexOf(':') + 1) ?? 0);
