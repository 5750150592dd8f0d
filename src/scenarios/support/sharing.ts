import { POLLIN, SO_REUSEPORT, SOCK_STREAM, SOL_SOCKET } from '../../sockets/constants.ts';
import { poll } from '../../sockets/poll.ts';
import { socket } from '../../sockets/socket.ts';
import type { Address, Socket } from '../../sockets/types.ts';
import type { RoleContext } from '../scenario.ts';
import { must, opened } from './must.ts';

/** A listening socket, and what it calls itself. */
export interface NamedListener {
  readonly name: string;
  readonly socket: Socket;
}

/** SO_REUSEPORT, which each of the sockets needs that are to have one port, before its bind. */
export function sharePort(s: Socket, role: RoleContext): void {
  must(role, 'setsockopt SO_REUSEPORT', s.setsockopt(SOL_SOCKET, SO_REUSEPORT, true));
}

/** bind, which may fail: the socket is then closed, and the list stays as it is. */
export function tryBind(
  listeners: NamedListener[],
  name: string,
  s: Socket,
  address: Address,
  role: RoleContext,
): void {
  const result = s.bind(address);
  role.report(`bind ${name}`, result.ok ? '0' : result.errno);
  role.print(`bind ${name}: ${result.ok ? '0' : result.errno}`);
  if (result.ok) listeners.push({ name, socket: s });
  else s.close();
}

/** Listens on all of them, and tells each of so many clients who of them has got it. */
export function serveByName(listeners: readonly NamedListener[], clients: number, role: RoleContext): void {
  for (const { socket: s } of listeners) must(role, 'listen', s.listen(5));
  for (let served = 0; served < clients; ) {
    const waited = poll(
      listeners.map(({ socket: s }) => ({ socket: s, events: POLLIN })),
      -1,
    );
    for (const { socket: ready } of must(role, 'poll', waited)) {
      const name = listeners.find(({ socket: s }) => s === ready)?.name ?? '';
      const connection = opened(role, 'accept', ready.accept());
      must(role, 'send', connection.send(Buffer.from(name)));
      connection.close();
      served += 1;
    }
  }
  for (const { socket: s } of listeners) s.close();
}

/** A client of one connection: who answered? */
export function askWho(family: number, address: Address, role: RoleContext): string {
  const s = opened(role, 'socket', socket(family, SOCK_STREAM));
  must(role, 'connect', s.connect(address));
  const name = must(role, 'recv', s.recv(100)).toString('utf8');
  s.close();
  return name;
}
