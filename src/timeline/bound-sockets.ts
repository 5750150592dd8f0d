import { PROTOCOL } from '../../capture/columns.ts';
import type { Call } from '../sockets/call.ts';
import { bindFits, type Endpoint, parseEndpoint } from './addresses.ts';
import type { Clock } from './clock.ts';
import type { SocketLife } from './sockets.ts';

/** A socket of the run that a bind() gave an address, and how long it had it, in ns of the clock. */
export interface BoundSocket {
  readonly role: string;
  readonly type: SocketLife['type'];
  readonly endpoint: Endpoint;
  readonly from: number;
  /** When its last close() returned; Infinity while it lives. */
  readonly until: number;
}

/** The sockets of a run that were bound, in order of their first call; in steps. */
export function* boundSockets(
  calls: readonly Call[],
  clock: Clock,
  sockets: ReadonlyMap<string, SocketLife>,
): Generator<void, BoundSocket[]> {
  const bound: BoundSocket[] = [];
  for (const socket of sockets.values()) {
    yield;
    if (socket.unix) continue;
    const bind = socket.controls.find((index) => calls[index]?.name === 'bind' && calls[index]?.ret === 0);
    const endpoint = bind === undefined ? null : parseEndpoint(calls[bind]?.local);
    if (bind === undefined || endpoint === null) continue;
    const { close } = socket;
    const until = close === null ? Number.POSITIVE_INFINITY : (clock.exits[close] ?? 0) + clock.slackNs;
    bound.push({ role: socket.role, type: socket.type, endpoint, from: clock.enters[bind] ?? 0, until });
  }
  return bound;
}

/** Whose socket had an address at a time: the best fit; null where none of the run had it. */
export function roleBound(
  bound: readonly BoundSocket[],
  protocol: number,
  endpoint: string,
  timeNs: number,
): string | null {
  const address = parseEndpoint(endpoint);
  if (address === null) return null;
  const type = protocol === PROTOCOL.tcp ? 'stream' : 'datagram';
  let best: string | null = null;
  let bestFit = 0;
  for (const socket of bound) {
    if (socket.type !== type || timeNs < socket.from || timeNs > socket.until) continue;
    const fit = bindFits(socket.endpoint, address);
    if (fit <= bestFit) continue;
    best = socket.role;
    bestFit = fit;
  }
  return best;
}
