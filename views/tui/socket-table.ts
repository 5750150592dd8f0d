import { type KernelSocket, kernelSocketsAt } from '../../src/session/kernel-sample.ts';
import type { Call } from '../../src/sockets/call.ts';
import { factsOf } from '../../src/timeline/facts.ts';
import { datagramsWaitAt, type InferredQueues, tcpQueuesAt } from '../../src/timeline/queues-at.ts';
import { words } from '../../src/words/words.ts';
import type { Document } from './document.ts';

/** A socket as it is at a moment. */
export interface SocketLine {
  readonly protocol: string;
  readonly state: string;
  readonly recvQueue: number | null;
  readonly sendQueue: number | null;
  readonly local: string;
  readonly remote: string;
  readonly process: string;
}

interface Known {
  protocol: string;
  isIpv6: boolean;
  listening: number | null;
  accepted: number;
  local: string | null;
  remote: string | null;
  role: string;
  pid: number;
  fd: number | null;
  closedAt: number | null;
}

/** The sockets of the run at a row, or at a time after it: as the kernel had them, where it was asked; else inferred. */
export function socketsAt(document: Document, row: number, timeNs?: bigint): SocketTable {
  const { timeline, session } = document;
  if (session.kernel !== undefined) {
    const next = row + 1 < timeline.rowCount ? timeline.rowTimeNs(row + 1) : null;
    const found = kernelSocketsAt(session.kernel, timeNs ?? timeline.rowTimeNs(row), next);
    if (found !== null) return { isKernel: true, lines: found.map((socket) => kernelLine(document, socket)) };
  }
  return { isKernel: false, lines: inferredSockets(document, row) };
}

export interface SocketTable {
  /** Whether the kernel said so: the table is then what `ss -tuanp` would have printed. */
  readonly isKernel: boolean;
  readonly lines: readonly SocketLine[];
}

function kernelLine({ session }: Document, socket: KernelSocket): SocketLine {
  const { protocol, state, recvQueue, sendQueue, local, remote, users } = socket;
  const roles = new Map(session.run?.roles.map(({ pid, name }) => [pid, name]));
  const process = users.map(
    ({ pid, fd }) => `${roles.get(pid) ?? words().panes.another} fd ${fd} pid ${pid}`,
  );
  const shown = state === 'CLOSED' ? 'UNCONN' : (SS_NAMES[state] ?? state);
  return { protocol, state: shown, recvQueue, sendQueue, local, remote, process: process.join(', ') };
}

/** The sockets of the run at a row: from the calls that have returned by then, and the TCP state of their connection. */
function inferredSockets(document: Document, row: number): readonly SocketLine[] {
  const { timeline, session } = document;
  const limit = timeline.rowTimeNs(row);
  const known = new Map<string, Known>();
  const states = statesAt(document, row);
  for (const call of session.calls) {
    if (call.exitNs === null || call.exitNs > limit) {
      // An entered connect has bound the socket and given it its peer.
      if (call.name === 'connect' && call.enterNs <= limit) connectBegun(known, call);
      continue;
    }
    takeCall(known, call);
  }
  const lines: SocketLine[] = [];
  for (const [id, socket] of known) {
    const connection = timeline.connections.findIndex(
      ({ socketA, socketB }) => socketA === id || socketB === id,
    );
    const isA = timeline.connections[connection]?.socketA === id;
    const state = stateOf(socket, connection, states, isA);
    if (state === null) continue;
    const isListening = socket.listening !== null;
    const queues = isListening
      ? backlogOf(document, row, socket)
      : queuesOf(document, row, socket, connection, isA, state);
    const any = socket.isIpv6 ? '[::]' : '0.0.0.0';
    lines.push({
      protocol: socket.protocol,
      state,
      ...queues,
      local: socket.local ?? `${any}:*`,
      remote: socket.remote ?? `${any}:*`,
      process: socket.closedAt === null ? `${socket.role} fd ${socket.fd ?? '?'} pid ${socket.pid}` : '',
    });
  }
  return [...lines, ...queued(document, row, known, states)];
}

/** Server ends that no accept() has taken yet: the kernel has them, no process does. */
function queued(
  document: Document,
  row: number,
  known: ReadonlyMap<string, Known>,
  states: States,
): SocketLine[] {
  const { timeline } = document;
  const lines: SocketLine[] = [];
  for (const [index, { a, b }] of states) {
    const connection = timeline.connections[index];
    if (connection === undefined) continue;
    const isServerA = connection.client === 'b';
    const [id, role] = isServerA
      ? [connection.socketA, connection.roleA]
      : [connection.socketB, connection.roleB];
    const state = isServerA ? a : b;
    if (role === null || (id !== null && known.has(id)) || state === 'CLOSED' || state === 'LISTEN') continue;
    const ends = [connection.endpointA, connection.endpointB];
    const [local = '', remote = ''] = isServerA ? ends : ends.reverse();
    const queues = tcpQueuesAt(timeline, index, isServerA, clockNs(document, row));
    lines.push({ protocol: 'tcp', state: SS_NAMES[state] ?? state, ...queues, local, remote, process: '' });
  }
  return lines;
}

function takeCall(known: Map<string, Known>, call: Call): void {
  if (call.created !== null && call.ret !== null && call.ret >= 0) {
    const parent = call.socket === null ? undefined : known.get(call.socket);
    if (parent !== undefined) parent.accepted++;
    known.set(call.created, created(call, parent));
  }
  const socket = call.socket === null ? undefined : known.get(call.socket);
  if (socket === undefined) return;
  if (call.name === 'connect' && STILL_CONNECTING.has(call.errno ?? '')) connectBegun(known, call);
  if (call.errno !== null) return;
  if (call.name !== 'accept' && call.name !== 'accept4') {
    socket.local = call.local ?? socket.local;
    // What sendto() and recvfrom() name is the datagram's peer; only connect() gives the socket one.
    if (call.name === 'connect') socket.remote = call.remote;
    else if (socket.protocol !== 'udp') socket.remote = call.remote ?? socket.remote;
  }
  if (call.name === 'listen') socket.listening = Number(call.args.backlog ?? 0);
  if (call.name === 'close') socket.closedAt = Number(call.exitNs);
}

function created(call: Call, parent: Known | undefined): Known {
  const says = (constant: string): boolean =>
    Object.values(call.args).some((value) => String(value).includes(constant));
  return {
    protocol: parent?.protocol ?? (says('SOCK_DGRAM') ? 'udp' : 'tcp'),
    isIpv6: parent?.isIpv6 ?? says('AF_INET6'),
    ...{ listening: null, accepted: 0 },
    local: parent === undefined ? null : (call.local ?? parent.local),
    remote: parent === undefined ? null : call.remote,
    ...{ role: call.role, pid: call.pid, fd: call.ret, closedAt: null },
  };
}

function connectBegun(known: Map<string, Known>, call: Call): void {
  const socket = call.socket === null ? undefined : known.get(call.socket);
  if (socket === undefined) return;
  socket.local = call.local ?? socket.local;
  socket.remote = call.remote ?? socket.remote;
}

type States = ReadonlyMap<number, { readonly a: string; readonly b: string }>;

/** The state of each TCP connection after the last of its rows up to `row`. */
function statesAt({ timeline }: Document, row: number): States {
  const states = new Map<number, { a: string; b: string }>();
  for (let at = row; at >= 0; at--) {
    const found = timeline.states(at);
    if (found !== null && !states.has(found.connection)) states.set(found.connection, found);
    if (states.size === timeline.connections.length) break;
  }
  return states;
}

/** Errors of a connect() that goes on nevertheless. */
const STILL_CONNECTING: ReadonlySet<string> = new Set(['EINPROGRESS', 'EALREADY', 'EINTR']);

/**
 * ss's word for a state; null for a socket that is in none of the kernel's tables, so that ss does not list it: UDP without
 * a port, TCP that neither listens nor is connected, be it new, bound, refused or reset.
 */
function stateOf(socket: Known, connection: number, states: States, isA: boolean): string | null {
  const isClosed = socket.closedAt !== null;
  if (socket.protocol === 'udp')
    return isClosed || socket.local === null ? null : socket.remote === null ? 'UNCONN' : 'ESTAB';
  if (socket.listening !== null) return isClosed ? null : 'LISTEN';
  const found = states.get(connection);
  const state = found === undefined ? 'CLOSED' : isA ? found.a : found.b;
  return state === 'CLOSED' || state === 'LISTEN' ? null : (SS_NAMES[state] ?? state);
}

const SS_NAMES: Readonly<Record<string, string>> = {
  ESTABLISHED: 'ESTAB',
  'SYN-RECEIVED': 'SYN-RECV',
};

/** Linux shortens a backlog to net.core.somaxconn, which is 4096 unless somebody changed it. */
const SOMAXCONN = 4096;

/** ss shows the accept queue of a listening socket as its queues: how many wait, and how many may. */
function backlogOf(document: Document, row: number, socket: Known): InferredQueues {
  const backlog = socket.listening ?? 0;
  const isKept = backlog >= 0 && backlog <= SOMAXCONN;
  return { recvQueue: queueOf(document, row, socket), sendQueue: isKept ? backlog : null };
}

function queuesOf(
  document: Document,
  row: number,
  { protocol, local }: Known,
  connection: number,
  isA: boolean,
  state: string,
): InferredQueues {
  if (protocol === 'udp')
    return { recvQueue: datagramsWaitAt(document.timeline, local, row) ? null : 0, sendQueue: null };
  if (connection < 0) return { recvQueue: null, sendQueue: null };
  // Of a closed socket that is only remembered the kernel keeps no queues.
  if (state === 'TIME-WAIT') return { recvQueue: 0, sendQueue: 0 };
  return tcpQueuesAt(document.timeline, connection, isA, clockNs(document, row));
}

/** The time of a row as the time line's clock counts it. */
function clockNs({ timeline }: Document, row: number): number {
  return Number(timeline.rowTimeNs(row) - factsOf(timeline).clock.baseNs);
}

/** Connections that are complete and not yet accepted: what ss shows as Recv-Q of a listening socket. */
function queueOf({ timeline }: Document, row: number, socket: Known): number {
  let complete = 0;
  const states = new Set<number>();
  for (let at = 0; at <= row; at++) {
    const found = timeline.states(at);
    if (found === null || states.has(found.connection)) continue;
    const connection = timeline.connections[found.connection];
    if (connection === undefined) continue;
    const [server, state] =
      connection.client === 'a' ? [connection.endpointB, found.b] : [connection.endpointA, found.a];
    if (server !== socket.local || state !== 'ESTABLISHED') continue;
    states.add(found.connection);
    complete++;
  }
  return Math.max(0, complete - socket.accepted);
}
