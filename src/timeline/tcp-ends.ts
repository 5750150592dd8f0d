import type { Capture } from '../../capture/capture.ts';
import type { Call } from '../sockets/call.ts';
import { bindFits, canonicalEndpoint, endpointText, isAnyHost, parseEndpoint } from './addresses.ts';
import { hasFlag, isAccept, isSend } from './call-kinds.ts';
import type { Clock } from './clock.ts';
import type { SocketLife } from './sockets.ts';
import type { TcpWire } from './tcp-wire.ts';
import { CALLS_A_STEP } from './time-order.ts';

/** One end of one TCP connection: a socket between the call that opened it and the next opening of the same socket. */
export interface TcpEnd {
  readonly socket: SocketLife;
  /** The connect() or accept(), as an index of session.calls; null for a connection that nobody accepted. */
  readonly opening: number | null;
  readonly flow: number;
  /** 0: the flow's A, 1: its B. */
  readonly side: 0 | 1;
  /** The socket's calls that concern this connection, in order of entry, bind() and setsockopt() before it included. */
  readonly calls: readonly number[];
}

/** Ends by flow * 2 + side; null where no call of the run is known at that end. */
export interface TcpEnds {
  readonly ends: readonly (TcpEnd | null)[];
  /** By flow: the listening socket that its SYN came to, null where none of the run did. */
  readonly listeners: readonly (Listener | null)[];
  /** By flow: the socket that listened there no more, not yet, or never, when its SYN came; null where another did, or none has the port. */
  readonly deserted: readonly (Listener | null)[];
  /** connect() and accept() calls that succeeded without a flow in the capture. */
  readonly unmatched: readonly number[];
}

/** A socket while it listened. */
export interface Listener {
  readonly socket: SocketLife;
  readonly listen: number;
  /** It has the port and was never made to listen; `listen` is then its bind(). */
  readonly isOnlyBound: boolean;
  readonly from: number;
  /** When its last close was entered; Infinity while it lives. */
  readonly until: number;
  readonly close: number | null;
  readonly endpoint: string;
}

interface Attempt {
  readonly socket: SocketLife;
  readonly call: number;
  readonly local: string | null;
  readonly remote: string;
  readonly until: number;
}

interface SynFlow {
  readonly flow: number;
  readonly client: 0 | 1;
  readonly clientText: string;
  readonly serverText: string;
  readonly synNs: number;
}

/** Finds, for each TCP flow of the capture, the sockets of the run at either end. Each socket opening gets one flow at most. In steps. */
export function* assignTcpEnds(
  capture: Capture,
  calls: readonly Call[],
  clock: Clock,
  wire: TcpWire,
  sockets: ReadonlyMap<string, SocketLife>,
): Generator<void, TcpEnds> {
  const none = capture.flows.length;
  if (calls.length === 0)
    return {
      ends: new Array(none * 2).fill(null),
      listeners: new Array(none).fill(null),
      deserted: new Array(none).fill(null),
      unmatched: [],
    };
  yield* openersByCalls(capture, wire, calls);
  const flows = tcpFlows(capture, clock, wire);
  const ends: (TcpEnd | null)[] = new Array(capture.flows.length * 2).fill(null);
  const attempts = yield* connectAttempts(calls, clock, sockets);
  const unmatched: number[] = [];
  const known = attempts.filter(({ local }) => local !== null);
  const unknown = attempts.filter(({ local }) => local === null);
  for (const attempt of [...known, ...unknown]) {
    const found = flowOfAttempt(attempt, flows, ends, clock);
    if (found === null) {
      if (calls[attempt.call]?.ret === 0) unmatched.push(attempt.call);
      continue;
    }
    const { flow, client: side } = found;
    ends[flow * 2 + side] = end(attempt.socket, attempt.call, flow, side, attemptCalls(attempts, attempt));
  }
  const listeners = yield* collectListeners(calls, clock, sockets, 'listen');
  const bound = yield* collectListeners(calls, clock, sockets, 'bind');
  acceptEnds(calls, clock, sockets, listeners, flows, ends, unmatched);
  const byFlow: (Listener | null)[] = new Array(capture.flows.length).fill(null);
  const deserted = new Array<Listener | null>(capture.flows.length).fill(null);
  for (const found of flows.all) {
    const listener = listenerOf(found, listeners, ends, calls);
    byFlow[found.flow] = listener;
    if (listener === null)
      deserted[found.flow] = absentListener(found, listeners) ?? listenerOf(found, bound, ends, calls);
  }
  return { ends, listeners: byFlow, deserted, unmatched };
}

function end(
  socket: SocketLife,
  opening: number,
  flow: number,
  side: 0 | 1,
  calls: readonly number[],
): TcpEnd {
  return { socket, opening, flow, side, calls };
}

interface Flows {
  readonly all: readonly SynFlow[];
  readonly byTuple: ReadonlyMap<string, readonly SynFlow[]>;
}

function tcpFlows(capture: Capture, clock: Clock, wire: TcpWire): Flows {
  const all: SynFlow[] = [];
  for (let flow = 0; flow < capture.flows.length; flow++) {
    const first = wire.start[flow] ?? 0;
    const row = wire.rows[first] ?? 0;
    const { protocol, addressA, portA, addressB, portB } = capture.flows.get(flow);
    if (first === (wire.start[flow + 1] ?? 0) || protocol !== 1) continue;
    const client = clientSide(wire, flow);
    const a = endpointText(addressA, portA);
    const b = endpointText(addressB, portB);
    const ends = client === 0 ? { clientText: a, serverText: b } : { clientText: b, serverText: a };
    all.push({ flow, client, ...ends, synNs: clock.packets[row] ?? 0 });
  }
  all.sort((x, y) => x.synNs - y.synNs || x.flow - y.flow);
  const byTuple = new Map<string, SynFlow[]>();
  for (const found of all) {
    const key = `${found.clientText}>${found.serverText}`;
    const list = byTuple.get(key);
    if (list === undefined) byTuple.set(key, [found]);
    else list.push(found);
  }
  return { all, byTuple };
}

/** Which end opened the connection: the sender of the SYN, else the receiver of a SYN+ACK, else who connected as the calls tell. */
export function clientSide({ opener }: TcpWire, flow: number): 0 | 1 {
  return opener[flow] === 1 ? 1 : 0;
}

/** Without a SYN only the calls tell who opened a connection: its ends are those that a connect() or accept() names. */
function* openersByCalls(capture: Capture, wire: TcpWire, calls: readonly Call[]): Generator<void, void> {
  const known = new Set<string>();
  for (const [index, call] of calls.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    // First whether it opens anything: addresses are read from text, and most calls open nothing.
    if (call.name !== 'connect' && !isAccept(call)) continue;
    const [local, remote] = [canonicalEndpoint(call.local), canonicalEndpoint(call.remote)];
    if (local === null || remote === null) continue;
    if (call.name === 'connect') known.add(`${local}>${remote}`);
    else known.add(`${remote}>${local}`);
  }
  for (let flow = 0; flow < capture.flows.length; flow++) {
    if (known.size === 0 || wire.synSeen[flow * 2] === 1 || wire.synSeen[flow * 2 + 1] === 1) continue;
    const { addressA, portA, addressB, portB } = capture.flows.get(flow);
    if (known.has(`${endpointText(addressB, portB)}>${endpointText(addressA, portA)}`)) wire.opener[flow] = 1;
  }
}

/** A socket may be connected several times, when earlier attempts failed; repeated calls of a non-blocking one are one attempt. */
function* connectAttempts(
  calls: readonly Call[],
  clock: Clock,
  sockets: ReadonlyMap<string, SocketLife>,
): Generator<void, Attempt[]> {
  const attempts: Attempt[] = [];
  for (const socket of sockets.values()) {
    yield;
    if (socket.unix || socket.type === 'datagram' || socket.type === 'raw') continue;
    let pending = false;
    for (const index of socket.controls) {
      const call = calls[index];
      const opens =
        call?.name === 'connect' || (call !== undefined && isSend(call) && hasFlag(call, 'MSG_FASTOPEN'));
      if (call === undefined || !opens) continue;
      const remote = canonicalEndpoint(call.remote ?? textArgument(call));
      if (pending || remote === null || call.errno === 'EISCONN') continue;
      pending =
        call.ret === 0 || call.errno === 'EINPROGRESS' || call.errno === 'EINTR' || call.exitNs === null;
      const until = pending ? Number.POSITIVE_INFINITY : (clock.exits[index] ?? 0) + clock.slackNs;
      attempts.push({ socket, call: index, local: boundLocal(calls, socket, index), remote, until });
    }
  }
  return attempts.sort((x, y) => (clock.enters[x.call] ?? 0) - (clock.enters[y.call] ?? 0));
}

/** The local endpoint as the connect or a later call of the same socket tells it; a failed connect() forgets its port. */
function boundLocal(calls: readonly Call[], socket: SocketLife, connect: number): string | null {
  for (const index of socket.calls) {
    const call = calls[index];
    if (call === undefined || index < connect) continue;
    if (index !== connect && call.name === 'connect') break;
    const local = parseEndpoint(call.local);
    // After a refusal the kernel still tells the port, but the address is the wildcard again.
    if (local !== null && local.port !== 0) return endpointText(local.host, local.port);
  }
  return null;
}

function textArgument(call: Call): string | null {
  for (const value of Object.values(call.args)) {
    if (typeof value === 'string' && parseEndpoint(value) !== null) return value;
  }
  return null;
}

function attemptCalls(attempts: readonly Attempt[], attempt: Attempt): readonly number[] {
  const own = attempts.filter(({ socket }) => socket === attempt.socket);
  if (own.length === 1) return attempt.socket.calls;
  const place = own.indexOf(attempt);
  const first = place === 0 ? 0 : attempt.call;
  const next = own[place + 1]?.call ?? Number.POSITIVE_INFINITY;
  return attempt.socket.calls.filter((index) => index >= first && index < next);
}

function flowOfAttempt(
  attempt: Attempt,
  flows: Flows,
  ends: readonly unknown[],
  clock: Clock,
): SynFlow | null {
  const enter = clock.enters[attempt.call] ?? 0;
  const inTime = ({ synNs }: SynFlow): boolean => synNs >= enter && synNs <= attempt.until;
  const free = ({ flow, client }: SynFlow): boolean => ends[flow * 2 + client] === null;
  const bound = parseEndpoint(attempt.local);
  if (bound !== null && !isAnyHost(bound.host)) {
    const list = flows.byTuple.get(`${attempt.local}>${attempt.remote}`) ?? [];
    return list.find((found) => free(found) && inTime(found)) ?? null;
  }
  const remote = parseEndpoint(attempt.remote);
  if (remote === null) return null;
  const fits = (found: SynFlow): boolean => {
    const server = parseEndpoint(found.serverText);
    // Connecting to the wildcard address reaches the loopback address.
    if (server === null || bindFits(remote, server) === 0 || !free(found) || !inTime(found)) return false;
    const client = parseEndpoint(found.clientText);
    return bound === null || (client !== null && bindFits(bound, client) > 0);
  };
  return flows.all.find(fits) ?? null;
}

function acceptEnds(
  calls: readonly Call[],
  clock: Clock,
  sockets: ReadonlyMap<string, SocketLife>,
  listeners: readonly Listener[],
  flows: Flows,
  ends: (TcpEnd | null)[],
  unmatched: number[],
): void {
  const accepts = [...sockets.values()].flatMap((socket) => {
    const call = socket.createdBy === null ? undefined : calls[socket.createdBy];
    return call !== undefined && isAccept(call) && !socket.unix
      ? [{ socket, call, index: socket.createdBy ?? 0 }]
      : [];
  });
  const listensFrom = new Map(listeners.map(({ socket, from }) => [socket.id, from]));
  accepts.sort((x, y) => (clock.exits[x.index] ?? 0) - (clock.exits[y.index] ?? 0));
  for (const { socket, call, index } of accepts) {
    const list =
      flows.byTuple.get(`${canonicalEndpoint(call.remote)}>${canonicalEndpoint(call.local)}`) ?? [];
    const exit = (clock.exits[index] ?? 0) + clock.slackNs;
    // The same addresses may have been those of a connection that an earlier listener never gave out.
    const from = (listensFrom.get(socket.listener ?? '') ?? Number.NEGATIVE_INFINITY) - clock.slackNs;
    const found = list.find(
      ({ flow, client, synNs }) => ends[flow * 2 + 1 - client] === null && synNs >= from && synNs <= exit,
    );
    if (found === undefined) {
      unmatched.push(index);
      continue;
    }
    const side = found.client === 0 ? 1 : 0;
    ends[found.flow * 2 + side] = end(socket, index, found.flow, side, socket.calls);
  }
}

/** The sockets that `listen` made listeners; by 'bind' those that got an address and were never made to listen. */
function* collectListeners(
  calls: readonly Call[],
  clock: Clock,
  sockets: ReadonlyMap<string, SocketLife>,
  by: 'listen' | 'bind',
): Generator<void, Listener[]> {
  const listeners: Listener[] = [];
  for (const socket of sockets.values()) {
    yield;
    if (socket.unix || (by === 'bind' && socket.type !== 'stream')) continue;
    const made = (name: string) =>
      socket.controls.find((index) => calls[index]?.name === name && calls[index]?.ret === 0);
    const listen = made(by);
    if (listen === undefined || (by === 'bind' && made('listen') !== undefined)) continue;
    const endpoint = lastLocal(calls, socket, listen);
    if (endpoint === null) continue;
    const { close } = socket;
    const until = close === null ? Number.POSITIVE_INFINITY : (clock.exits[close] ?? 0) + clock.slackNs;
    listeners.push({
      socket,
      listen,
      isOnlyBound: by === 'bind',
      from: clock.enters[listen] ?? 0,
      until,
      close,
      endpoint,
    });
  }
  return listeners;
}

function lastLocal(calls: readonly Call[], socket: SocketLife, listen: number): string | null {
  let local: string | null = null;
  for (const index of socket.calls) {
    if (index > listen && local !== null) break;
    const call = calls[index];
    if (call !== undefined && !isAccept(call) && call.local !== null)
      local = canonicalEndpoint(call.local) ?? local;
  }
  return local;
}

function listenerOf(
  { flow, client, serverText, synNs }: SynFlow,
  listeners: readonly Listener[],
  ends: readonly (TcpEnd | null)[],
  calls: readonly Call[],
): Listener | null {
  const accepted = ends[flow * 2 + 1 - client];
  if (
    accepted?.socket.listener != null &&
    accepted.opening !== null &&
    isAcceptIndex(calls, accepted.opening)
  ) {
    const own = listeners.find(({ socket }) => socket.id === accepted.socket.listener);
    if (own !== undefined) return own;
  }
  const server = parseEndpoint(serverText);
  if (server === null) return null;
  let best: Listener | null = null;
  let bestFit = 0;
  for (const listener of listeners) {
    const bound = parseEndpoint(listener.endpoint);
    const fit =
      bound === null || synNs < listener.from || synNs > listener.until ? 0 : bindFits(bound, server);
    if (fit > bestFit) {
      best = listener;
      bestFit = fit;
    }
  }
  return best;
}

/** Who listened there last before a SYN; who did so first after it, where nobody had before. */
function absentListener({ serverText, synNs }: SynFlow, listeners: readonly Listener[]): Listener | null {
  const server = parseEndpoint(serverText);
  const there = listeners.filter(({ endpoint }) => {
    const bound = parseEndpoint(endpoint);
    return server !== null && bound !== null && bindFits(bound, server) > 0;
  });
  const gone = there.filter(({ until }) => until < synNs).sort((x, y) => y.until - x.until)[0];
  return gone ?? there.sort((x, y) => x.from - y.from)[0] ?? null;
}

function isAcceptIndex(calls: readonly Call[], index: number): boolean {
  const call = calls[index];
  return call !== undefined && isAccept(call);
}
