import type { Capture } from '../../capture/capture.ts';
import { ACK, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { PACKETS_A_STEP, type TcpWire } from './tcp-wire.ts';
import { TCP_STATES, type TcpState } from './types.ts';

type StateNumber = number;
const NUMBER: Readonly<Record<TcpState, StateNumber>> = Object.fromEntries(
  TCP_STATES.map((state, index) => [state, index]),
) as Record<TcpState, StateNumber>;

const CLOSED = NUMBER.CLOSED;
const LISTEN = NUMBER.LISTEN;
const SYN_SENT = NUMBER['SYN-SENT'];
const SYN_RECEIVED = NUMBER['SYN-RECEIVED'];
const ESTABLISHED = NUMBER.ESTABLISHED;
const FIN_WAIT_1 = NUMBER['FIN-WAIT-1'];
const FIN_WAIT_2 = NUMBER['FIN-WAIT-2'];
const CLOSE_WAIT = NUMBER['CLOSE-WAIT'];
const CLOSING = NUMBER.CLOSING;
const LAST_ACK = NUMBER['LAST-ACK'];
const TIME_WAIT = NUMBER['TIME-WAIT'];

/** State of one end, and what it must remember to get to the next one (RFC 9293 §3.3.2). */
interface EndState {
  state: StateNumber;
  /** Offset of the FIN it sent; Infinity before. */
  finSent: number;
  /** Offset of the FIN that reached it, which counts once all bytes before it have; Infinity before. */
  finHeard: number;
  arrived: number;
  readonly early: { from: number; to: number }[];
}

/** What the calls say about a flow before its first packet: whether somebody listens, and which SYNs were taken up. */
export interface FlowStart {
  readonly client: 0 | 1;
  readonly listens: boolean;
  /** Row of the first SYN+ACK; -1 when there is none: then a SYN changes nothing at the server. */
  readonly synAckRow: number;
  /** Row of the SYN that the first SYN+ACK answers; -1 when none was taken up. */
  readonly takenSynRow: number;
  /** Row of the last SYN+ACK that no SYN asked for: an ACK before it was ignored and does not establish the server. */
  readonly lastSynAckRow: number;
}

/**
 * Walks one flow in time order, in steps, and calls `note` with both ends' state after each packet. A packet that was lost on
 * the way changes its sender only.
 */
export function* walkStates(
  capture: Capture,
  wire: TcpWire,
  flow: number,
  lost: Uint8Array,
  start: FlowStart,
  note: (row: number, a: StateNumber, b: StateNumber) => void,
): Generator<void, void> {
  const { columns } = capture;
  const complete = (wire.synSeen[flow * 2 + start.client] ?? 0) === 1;
  // A capture that begins in the middle shows connections that are already up.
  const ends = [begin(complete ? CLOSED : ESTABLISHED), begin(complete ? CLOSED : ESTABLISHED)] as const;
  const server = ends[start.client === 0 ? 1 : 0];
  if (complete && start.listens) server.state = LISTEN;
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    if ((columns.protocol[row] ?? 0) === PROTOCOL.tcp) {
      const direction = (columns.direction[row] ?? 0) === 0 ? 0 : 1;
      const flags = columns.flags[row] ?? 0;
      const from = (wire.from[row] ?? 0) + (flags & SYN ? 1 : 0);
      const segment = {
        row,
        flags,
        from,
        to: from + (columns.payloadLen[row] ?? 0),
        acked: wire.acked[row] ?? 0,
      };
      send(ends[direction], segment);
      if ((lost[row] ?? 0) === 0) hear(ends[direction === 0 ? 1 : 0], segment, start);
    }
    note(row, ends[0].state, ends[1].state);
  }
}

function begin(state: StateNumber): EndState {
  return {
    state,
    finSent: Number.POSITIVE_INFINITY,
    finHeard: Number.POSITIVE_INFINITY,
    arrived: 0,
    early: [],
  };
}

interface StateSegment {
  readonly row: number;
  readonly flags: number;
  readonly from: number;
  readonly to: number;
  readonly acked: number;
}

function send(end: EndState, { flags, to }: StateSegment): void {
  if (flags & RST) end.state = end.state === TIME_WAIT || end.state === LISTEN ? end.state : CLOSED;
  else if (flags & SYN) {
    if ((flags & ACK) === 0 && (end.state === CLOSED || end.state === LISTEN)) end.state = SYN_SENT;
    else if (flags & ACK && (end.state === CLOSED || end.state === LISTEN || end.state === SYN_SENT))
      end.state = SYN_RECEIVED;
  } else if (flags & FIN) {
    end.finSent = to;
    if (end.state === ESTABLISHED || end.state === SYN_RECEIVED) end.state = FIN_WAIT_1;
    else if (end.state === CLOSE_WAIT) end.state = LAST_ACK;
  }
}

function hear(end: EndState, segment: StateSegment, start: FlowStart): void {
  const { flags, row, acked } = segment;
  if (flags & RST) {
    if (end.state !== LISTEN) end.state = CLOSED;
    return;
  }
  if (flags & SYN) hearSyn(end, segment, start);
  else if (flags & ACK) {
    if (end.state === SYN_RECEIVED && row >= 0 && acked >= 0 && !ignored(row, start)) end.state = ESTABLISHED;
    hearAck(end, acked);
  }
  hearBytes(end, segment);
  if (end.finHeard <= end.arrived) hearFin(end);
}

/** A SYN+ACK that follows says that the server had not taken the handshake's last segment: its accept queue was full. */
function ignored(row: number, { lastSynAckRow, synAckRow }: FlowStart): boolean {
  return lastSynAckRow !== synAckRow && row < lastSynAckRow;
}

function hearSyn(end: EndState, { flags, row, acked }: StateSegment, { takenSynRow }: FlowStart): void {
  if (end.state === SYN_SENT) end.state = flags & ACK ? ESTABLISHED : SYN_RECEIVED;
  else if (end.state === SYN_RECEIVED && flags & ACK && acked >= 0) end.state = ESTABLISHED;
  else if ((end.state === LISTEN || end.state === CLOSED) && row === takenSynRow) end.state = SYN_RECEIVED;
}

function hearAck(end: EndState, acked: number): void {
  if (acked <= end.finSent) return;
  if (end.state === FIN_WAIT_1) end.state = FIN_WAIT_2;
  else if (end.state === CLOSING) end.state = TIME_WAIT;
  else if (end.state === LAST_ACK) end.state = CLOSED;
}

function hearBytes(end: EndState, { flags, from, to }: StateSegment): void {
  if (flags & FIN) end.finHeard = Math.min(end.finHeard, to);
  if (from > end.arrived) {
    if (to > from) end.early.push({ from, to });
    return;
  }
  end.arrived = Math.max(end.arrived, to);
  if (end.early.length === 0) return;
  end.early.sort((x, y) => x.from - y.from);
  while (end.early.length > 0 && (end.early[0]?.from ?? 0) <= end.arrived) {
    end.arrived = Math.max(end.arrived, end.early.shift()?.to ?? 0);
  }
}

function hearFin(end: EndState): void {
  if (end.state === ESTABLISHED || end.state === SYN_RECEIVED) end.state = CLOSE_WAIT;
  else if (end.state === FIN_WAIT_1) end.state = CLOSING;
  else if (end.state === FIN_WAIT_2) end.state = TIME_WAIT;
}
