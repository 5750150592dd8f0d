import type { Call } from '../sockets/call.ts';
import { bindFits, type Endpoint, isAnyHost, parseEndpoint } from './addresses.ts';
import { hasFlag, isReceive, isSend } from './call-kinds.ts';
import type { Clock } from './clock.ts';
import type { SocketLife } from './sockets.ts';

/** A datagram socket of the run: when it had which address, and the calls that move datagrams. */
export interface UdpSocket {
  readonly life: SocketLife;
  readonly names: readonly {
    readonly ns: number;
    readonly local: Endpoint;
    readonly remote: Endpoint | null;
  }[];
  /** When it was closed; Infinity while it lives. */
  readonly until: number;
  /** Sends that succeeded or have not returned, in order of entry. */
  readonly sends: readonly number[];
  /** Receives that took a datagram, in order of entry. */
  readonly receives: readonly number[];
  /** Calls that reported an error of the network, in order of entry. */
  readonly failures: readonly number[];
}

export function collectUdpSockets(
  calls: readonly Call[],
  clock: Clock,
  sockets: ReadonlyMap<string, SocketLife>,
): UdpSocket[] {
  const found: UdpSocket[] = [];
  for (const life of sockets.values()) {
    if (life.type !== 'datagram' || life.unix) continue;
    const { close } = life;
    const own = life.calls.flatMap((index) => {
      const call = calls[index];
      return call === undefined ? [] : [{ index, call }];
    });
    found.push({
      life,
      names: namesOf(own, clock),
      until: close === null ? Number.POSITIVE_INFINITY : (clock.exits[close] ?? 0) + clock.slackNs,
      sends: own.filter(({ call }) => isSend(call) && call.ret !== -1).map(({ index }) => index),
      receives: own.filter(({ call }) => takesDatagram(call)).map(({ index }) => index),
      failures: own
        .filter(({ call }) => call.ret === -1 && call.errno === 'ECONNREFUSED')
        .map(({ index }) => index),
    });
  }
  return found;
}

function takesDatagram(call: Call): boolean {
  return (
    isReceive(call) &&
    call.ret !== null &&
    call.ret >= 0 &&
    !hasFlag(call, 'MSG_PEEK') &&
    !hasFlag(call, 'MSG_ERRQUEUE')
  );
}

/** A socket without bind() gets its port from its first send or connect(): it has it from the entry of that call on. */
function namesOf(own: readonly { index: number; call: Call }[], clock: Clock): UdpSocket['names'] {
  const names: { ns: number; local: Endpoint; remote: Endpoint | null }[] = [];
  let peer: Endpoint | null = null;
  for (const { index, call } of own) {
    const local = parseEndpoint(call.local);
    if (call.name === 'connect' && call.ret === 0) peer = parseEndpoint(call.remote);
    if (local === null || local.port === 0) continue;
    const last = names.at(-1);
    if (last?.local.host === local.host && last.local.port === local.port && last.remote === peer) continue;
    names.push({ ns: clock.enters[index] ?? 0, local, remote: peer });
  }
  return names;
}

/** How well the socket fits as the receiver of a datagram: 0 not at all, up to 3 for a connected one. */
export function receiverFit(socket: UdpSocket, destination: Endpoint, source: Endpoint, ns: number): number {
  const name = nameAt(socket, ns);
  if (name === null || ns > socket.until) return 0;
  const fit = bindFits(name.local, destination);
  if (fit === 0 || name.remote === null || isAnyHost(name.remote.host)) return fit;
  return name.remote.host === source.host && name.remote.port === source.port ? 3 : 0;
}

/** Whether a datagram from `source` may be this socket's. */
export function senderFit(socket: UdpSocket, source: Endpoint, ns: number): boolean {
  return ns <= socket.until && socket.names.some((name) => name.ns <= ns && bindFits(name.local, source) > 0);
}

function nameAt(socket: UdpSocket, ns: number): UdpSocket['names'][number] | null {
  let found: UdpSocket['names'][number] | null = null;
  for (const name of socket.names) if (name.ns <= ns) found = name;
  return found;
}
