import { SOCK_STREAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { domain, serverAddress } from './address.ts';
import { announceClient, announceServer, clientsToServe, serving } from './clients.ts';
import { must, opened } from './must.ts';
import { tolerant } from './tolerant.ts';
import { limited, tuneClient, tuneListener } from './tune.ts';

/** How every stream server begins: socket, bind, listen. From here on the kernel completes handshakes by itself. */
export function listening(parameters: Parameters, role: RoleContext): Socket {
  const listener = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneListener(listener, parameters, role);
  must(role, 'bind', listener.bind(serverAddress(parameters)));
  must(role, 'listen', listener.listen(tolerant(parameters).number('backlog')));
  announceServer(parameters, role);
  return listener;
}

/** The next connection of the backlog, waited for if there is none yet. */
export function accepted(listener: Socket, parameters: Parameters, role: RoleContext): Socket {
  return limited(arrived(listener, parameters, role), parameters, role);
}

/** The same as accept(2) leaves it, for a thread or process that sets its options itself. */
export function arrived(listener: Socket, parameters: Parameters, role: RoleContext): Socket {
  const connection = opened(role, 'accept', listener.accept());
  announceClient(connection.peer, parameters, role);
  return connection;
}

/** `serve` has each of --clients connections in turn, which is then closed. Returns how many there were. */
export function eachConnection(
  parameters: Parameters,
  role: RoleContext,
  serve: (connection: Socket) => void,
): number {
  const listener = listening(parameters, role);
  let served = 0;
  for (; served < clientsToServe(parameters); served += 1) {
    const connection = accepted(listener, parameters, role);
    serving(parameters, () => serve(connection), undefined);
    connection.close();
  }
  listener.close();
  return served;
}

/** How every stream client begins: socket, connect. connect returns when the server's SYN, ACK has come. */
export function connected(parameters: Parameters, role: RoleContext): Socket {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneClient(s, parameters, role);
  must(role, 'connect', s.connect(serverAddress(parameters)));
  return limited(s, parameters, role);
}
