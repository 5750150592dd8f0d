import { ACK, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import type { Facts } from './facts.ts';
import { clientSide } from './tcp-ends.ts';
import { walkStates } from './tcp-states.ts';
import { PACKETS_A_STEP } from './tcp-wire.ts';
import { type RowStates, TCP_STATES } from './types.ts';

const LISTEN = TCP_STATES.indexOf('LISTEN');
const ESTABLISHED = TCP_STATES.indexOf('ESTABLISHED');
const BEFORE: ReadonlySet<number> = new Set(
  (['LISTEN', 'SYN-SENT', 'SYN-RECEIVED'] as const).map((state) => TCP_STATES.indexOf(state)),
);
/** Rows of calls that are gone through in about a millisecond. */
const ROWS_A_STEP = 8192;
const SYN_SENT = TCP_STATES.indexOf('SYN-SENT');
/** Errors of a connect() after which the attempt still goes on. */
const GOES_ON: ReadonlySet<string> = new Set(['EINPROGRESS', 'EALREADY', 'EINTR', 'EISCONN']);

/** TCP states of both ends after each row of the time line; worked out when the first is asked for. */
export class RowStateTable {
  private readonly facts: Facts;
  /** By row: state of A in the low four bits, of B in the high ones. */
  private states: Uint8Array | null = null;
  /** By flow, once asked for: whether only one direction was captured. */
  private readonly halves = new Map<number, boolean>();
  /** By the listen() call that made it so: the connections that came to that socket. */
  private readonly ofListen = new Map<number, number[]>();

  constructor(facts: Facts) {
    this.facts = facts;
    for (const [connection, { flow, protocol }] of facts.connections.list.entries()) {
      const listen = protocol === 'tcp' ? facts.ends.listeners[flow]?.listen : undefined;
      if (listen === undefined) continue;
      const same = this.ofListen.get(listen);
      if (same === undefined) this.ofListen.set(listen, [connection]);
      else same.push(connection);
    }
  }

  get(index: number): RowStates | null {
    const { rows, connections } = this.facts;
    if (!(index >= 0 && index < rows.length))
      throw new RangeError(`no row ${index}, there are ${rows.length}`);
    const connection = this.connectionOf(index);
    if (connection < 0 || connections.list[connection]?.protocol !== 'tcp') return null;
    if (this.isHalf(connections.list[connection]?.flow ?? 0)) return null;
    if (this.states === null) for (const _ of this.prepare());
    const both = this.states?.[index] ?? 0;
    return { connection, a: TCP_STATES[both & 15] ?? 'CLOSED', b: TCP_STATES[both >> 4] ?? 'CLOSED' };
  }

  /** Whether one direction was not captured: half a conversation does not tell the states. */
  private isHalf(flow: number): boolean {
    const known = this.halves.get(flow);
    if (known !== undefined) return known;
    const { capture, wire, complete } = this.facts;
    const { columns } = capture;
    const seen = [false, false];
    let answers = false;
    for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
      const row = wire.rows[index] ?? 0;
      if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp) continue;
      seen[columns.direction[row] ?? 0] = true;
      if (seen[0] && seen[1]) break;
      answers ||= ((columns.flags[row] ?? 0) & (ACK | RST)) === ACK;
    }
    // A SYN that nobody answers is no half; an acknowledgement is, for it is of something.
    const half = seen[0] !== seen[1] && (answers || !complete);
    this.halves.set(flow, half);
    return half;
  }

  private connectionOf(index: number): number {
    const { rows, capture, connections, connectionOfCall } = this.facts;
    const subject = rows.subjects[index] ?? 0;
    // A listen() is of all connections that come to its socket; its row tells of the first.
    if ((rows.kinds[index] ?? 0) !== 0)
      return this.ofListen.get(subject)?.[0] ?? connectionOfCall[subject] ?? 0;
    const { columns } = capture;
    const flow = columns.flow[subject] ?? 0;
    return flow < 0 || (columns.protocol[subject] ?? 0) !== PROTOCOL.tcp
      ? -1
      : (connections.ofFlow[flow] ?? 0);
  }

  /** Works all states out, in steps. */
  *prepare(): Generator<void, void> {
    const { rows, connections, seconds } = this.facts;
    const ofPacket = yield* this.statesOfPackets();
    const now = new Uint8Array(connections.list.length);
    const met = new Uint8Array(now.length);
    const opened = new Uint8Array(now.length);
    const states = new Uint8Array(rows.length);
    for (let index = 0; index < rows.length; index++) {
      if (index % ROWS_A_STEP === 0) yield;
      const connection = this.connectionOf(index);
      if (connection < 0) continue;
      const subject = rows.subjects[index] ?? 0;
      if ((rows.kinds[index] ?? 0) === 0) {
        if ((seconds?.firstOf(subject) ?? -1) < 0) now[connection] = ofPacket[subject] ?? 0;
        met[connection] = 1;
      } else if ((rows.kinds[index] ?? 0) === 2) {
        for (const each of this.ofListen.get(subject) ?? [])
          if (met[each] === 0) now[each] = this.listening(connections.list[each]?.flow ?? 0);
        this.giveUp(subject, connection, now);
        this.noteOpened(subject, connection, opened);
      }
      now[connection] = raised(now[connection] ?? 0, opened[connection] ?? 0);
      states[index] = now[connection] ?? 0;
    }
    this.states = states;
  }

  private listening(flow: number): number {
    return clientSide(this.facts.wire, flow) === 0 ? LISTEN << 4 : LISTEN;
  }

  /** Where packets may be missing, a connect() or accept() that succeeded tells by itself that its end is established. */
  private noteOpened(call: number, connection: number, opened: Uint8Array): void {
    const { session, ends, connections, complete } = this.facts;
    if (complete || (session.calls[call]?.ret ?? -1) < 0) return;
    const flow = connections.list[connection]?.flow ?? 0;
    for (const side of [0, 1]) {
      if (ends.ends[flow * 2 + side]?.opening === call)
        opened[connection] = (opened[connection] ?? 0) | (1 << side);
    }
  }

  /** A connect() that failed for good, or a close before the answer, leaves its end closed, though no packet says so. */
  private giveUp(call: number, connection: number, now: Uint8Array): void {
    const { session, ends, connections } = this.facts;
    const record = session.calls[call];
    const failed = record?.name === 'connect' && record.ret === -1 && !GOES_ON.has(record.errno ?? '');
    const closed = record?.name === 'close' && record.ret === 0;
    if (!failed && !closed) return;
    const flow = connections.list[connection]?.flow ?? 0;
    const isA = ends.ends[flow * 2]?.calls.includes(call) === true;
    const both = now[connection] ?? 0;
    if (closed && (isA ? both & 15 : both >> 4) !== SYN_SENT) return;
    now[connection] = isA ? both & 0xf0 : both & 0x0f;
  }

  private *statesOfPackets(): Generator<void, Uint8Array> {
    const { capture, wire, gone, ends, connections, reasons } = this.facts;
    const states = new Uint8Array(capture.columns.length);
    for (const { flow, protocol } of connections.list) {
      if (protocol !== 'tcp') continue;
      const { first, last, taken } = yield* this.synAcks(flow);
      const start = {
        client: clientSide(wire, flow),
        // Where both ends sent a SYN, neither need have listened.
        listens: ends.listeners[flow] != null || (first >= 0 && reasons.kind(first) !== 'syn-crossed'),
        synAckRow: first,
        takenSynRow: taken,
        lastSynAckRow: last,
      };
      yield* walkStates(capture, wire, flow, gone, start, (row, a, b) => {
        states[row] = a | (b << 4);
      });
    }
    return states;
  }

  private *synAcks(flow: number): Generator<void, { first: number; last: number; taken: number }> {
    const { capture, wire, gone } = this.facts;
    const { columns } = capture;
    let first = -1;
    let last = -1;
    let taken = -1;
    let asked = false;
    for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
      if (index % PACKETS_A_STEP === 0) yield;
      const row = wire.rows[index] ?? 0;
      const flags = (columns.flags[row] ?? 0) & (SYN | ACK);
      if (flags === SYN && first < 0) taken = row;
      if (flags === SYN && gone[row] === 0) asked = true;
      if (flags !== (SYN | ACK)) continue;
      if (first < 0) first = row;
      // Asked for by a SYN that was sent again, it says nothing of the ACKs before it.
      if (!asked || first === row) last = row;
      asked = false;
    }
    return { first, last, taken: first < 0 ? -1 : taken };
  }
}

/** States of both ends where those in `opened` (bit 0: A, bit 1: B) are known to have come through the handshake. */
function raised(both: number, opened: number): number {
  const a = opened & 1 && BEFORE.has(both & 15) ? ESTABLISHED : both & 15;
  const b = opened & 2 && BEFORE.has(both >> 4) ? ESTABLISHED : both >> 4;
  return a | (b << 4);
}
