import {
  IPPROTO_TCP,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_SNDBUF,
  SOL_SOCKET,
  TCP_CONGESTION,
  TCP_CORK,
  TCP_NODELAY,
  TCP_QUICKACK,
} from '../../sockets/constants.ts';
import { withTimeout } from '../../sockets/timed-socket.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { must } from './must.ts';

export type Side = 'client' | 'server';

/** A number that the scenario takes and that was given; null also where the scenario has no such parameter. */
export function given(parameters: Parameters, name: string): number | null {
  const value = parameters.all()[name];
  return typeof value === 'number' ? value : null;
}

/** A flag that the scenario takes and that was given. */
export function isGiven(parameters: Parameters, name: string): boolean {
  return parameters.all()[name] === true;
}

/** Bytes that one recv call of this side asks for. */
export function recvSize(parameters: Parameters, side: Side): number {
  return given(parameters, `${side}-recv-buffer`) ?? parameters.number('recv-buffer');
}

/** Sets the buffers, before connect or listen (the window scale is agreed in the handshake), and asks what was granted. */
export function setBuffers(s: Socket, parameters: Parameters, side: Side, role: RoleContext): void {
  const rcvbuf = given(parameters, `${side}-rcvbuf`) ?? given(parameters, 'rcvbuf');
  setBuffer(s, 'SO_RCVBUF', SO_RCVBUF, rcvbuf, role);
  setBuffer(s, 'SO_SNDBUF', SO_SNDBUF, given(parameters, 'sndbuf'), role);
}

function setBuffer(s: Socket, name: string, option: number, bytes: number | null, role: RoleContext): void {
  if (bytes === null) return;
  must(role, `setsockopt ${name}`, s.setsockopt(SOL_SOCKET, option, bytes));
  // Linux doubles what was asked for (socket(7)), up to net.core.[rw]mem_max, and has its own least value.
  role.report(`${name} granted`, must(role, `getsockopt ${name}`, s.getsockopt(SOL_SOCKET, option)));
}

/** What a listening socket hands down to the connections that it accepts. */
export function tuneListener(s: Socket, parameters: Parameters, role: RoleContext): void {
  if (isGiven(parameters, 'reuseaddr'))
    must(role, 'setsockopt SO_REUSEADDR', s.setsockopt(SOL_SOCKET, SO_REUSEADDR, true));
  setBuffers(s, parameters, 'server', role);
  tuneStream(s, parameters, role);
}

/** The client's socket, before connect. */
export function tuneClient(s: Socket, parameters: Parameters, role: RoleContext): void {
  setBuffers(s, parameters, 'client', role);
  tuneStream(s, parameters, role);
  if (isGiven(parameters, 'cork'))
    must(role, 'setsockopt TCP_CORK', s.setsockopt(IPPROTO_TCP, TCP_CORK, true));
  const linger = given(parameters, 'linger');
  if (linger !== null) must(role, 'setsockopt SO_LINGER', s.setLinger(linger));
}

function tuneStream(s: Socket, parameters: Parameters, role: RoleContext): void {
  if (isGiven(parameters, 'nodelay'))
    must(role, 'setsockopt TCP_NODELAY', s.setsockopt(IPPROTO_TCP, TCP_NODELAY, true));
  const { congestion } = parameters.all();
  if (typeof congestion !== 'string') return;
  const set = s.setsockopt(IPPROTO_TCP, TCP_CONGESTION, Buffer.from(congestion));
  must(role, `setsockopt TCP_CONGESTION ${congestion}`, set);
}

/** Lets out what TCP_CORK held back, after the last byte was sent. */
export function uncork(s: Socket, parameters: Parameters, role: RoleContext): void {
  if (isGiven(parameters, 'cork'))
    must(role, 'setsockopt TCP_CORK', s.setsockopt(IPPROTO_TCP, TCP_CORK, false));
}

/** TCP_QUICKACK does not last (tcp(7)): it is set again before each recv. */
export function quickAck(s: Socket, parameters: Parameters, role: RoleContext): void {
  if (isGiven(parameters, 'quickack'))
    must(role, 'setsockopt TCP_QUICKACK', s.setsockopt(IPPROTO_TCP, TCP_QUICKACK, true));
}

/** The connection with the time limit of --timeout, for which it becomes non-blocking; itself without one. */
export function limited(s: Socket, parameters: Parameters, role: RoleContext): Socket {
  const ms = given(parameters, 'timeout');
  return ms === null ? s : must(role, 'fcntl O_NONBLOCK', withTimeout(s, ms));
}
