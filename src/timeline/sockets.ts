import type { Call } from '../sockets/call.ts';
import { hasConstant, hasFlag, isAccept, movesBytes } from './call-kinds.ts';
import { CALLS_A_STEP } from './time-order.ts';

/** One socket of the run: its life in calls. Indices are of session.calls, in order of entry. */
export interface SocketLife {
  readonly id: string;
  readonly role: string;
  readonly type: 'stream' | 'datagram' | 'raw' | 'unknown';
  readonly unix: boolean;
  /** The socket(), accept() or socketpair() that made it; null when that was not recorded. */
  readonly createdBy: number | null;
  /** The listening socket, for one that accept() made. */
  readonly listener: string | null;
  readonly calls: readonly number[];
  /** Those of its calls that do more than move bytes: few, however many move bytes. A send that also connects is among them. */
  readonly controls: readonly number[];
  /** The close() after which no process held the socket any more, as far as the calls tell. */
  readonly close: number | null;
}

class GrowingLife implements SocketLife {
  readonly id: string;
  role: string;
  type: SocketLife['type'] = 'unknown';
  unix = false;
  createdBy: number | null = null;
  listener: string | null = null;
  readonly calls: number[] = [];
  readonly controls: number[] = [];
  /** Process ids: a socket that was handed on is closed when all have closed it. */
  private readonly holders = new Set<number>();
  private lastClose: number | null = null;

  constructor(id: string, role: string) {
    this.id = id;
    this.role = role;
  }

  get close(): number | null {
    return this.holders.size > 0 ? null : this.lastClose;
  }

  add(call: Call, index: number): void {
    this.calls.push(index);
    if (!movesBytes(call) || hasFlag(call, 'MSG_FASTOPEN')) this.controls.push(index);
    if (call.name === 'close' && call.ret === 0) {
      this.lastClose = index;
      this.holders.delete(call.pid);
    } else this.holders.add(call.pid);
    if (call.local?.startsWith('unix:') === true || call.remote?.startsWith('unix:') === true)
      this.unix = true;
    if (call.name === 'listen' || call.name === 'accept') this.type = 'stream';
  }
}

/** The sockets of a run by identity, in order of their first call; in steps. */
export function* collectSockets(calls: readonly Call[]): Generator<void, ReadonlyMap<string, SocketLife>> {
  const sockets = new Map<string, GrowingLife>();
  const paired = new Set<string>();
  for (const [index, call] of calls.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    if (call.name === 'socketpair' && hasConstant(call, 'AF_UNIX')) paired.add(call.role);
    if (call.socket !== null) {
      const isNew = !sockets.has(call.socket);
      const life = socketOf(sockets, call.socket, call.role);
      // The second socket of a pair is the only one that no call is said to have made.
      if (isNew && paired.has(call.role)) Object.assign(life, { unix: true, type: 'stream' });
      life.add(call, index);
    }
    if (call.created !== null) noteCreation(sockets, call, call.created, index);
  }
  return sockets;
}

function noteCreation(sockets: Map<string, GrowingLife>, call: Call, created: string, index: number): void {
  const life = socketOf(sockets, created, call.role);
  life.createdBy = index;
  life.role = call.role;
  if (hasConstant(call, 'AF_UNIX') || call.local?.startsWith('unix:') === true) life.unix = true;
  if (isAccept(call)) {
    life.type = 'stream';
    life.listener = call.socket;
    if (call.socket !== null && sockets.get(call.socket)?.unix === true) life.unix = true;
  } else if (hasConstant(call, 'SOCK_STREAM')) life.type = 'stream';
  else if (hasConstant(call, 'SOCK_DGRAM')) life.type = 'datagram';
  else if (hasConstant(call, 'SOCK_RAW')) life.type = 'raw';
}

function socketOf(sockets: Map<string, GrowingLife>, id: string, role: string): GrowingLife {
  const known = sockets.get(id);
  if (known !== undefined) return known;
  const made = new GrowingLife(id, role);
  sockets.set(id, made);
  return made;
}
