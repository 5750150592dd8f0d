import { SOCK_STREAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { domain, serverAddress } from './address.ts';
import { must, opened } from './must.ts';
import { tolerant } from './tolerant.ts';
import { limited, tuneClient, tuneListener } from './tune.ts';

/** How every stream server begins: socket, bind, listen. From here on the kernel completes handshakes by itself. */
export function listening(parameters: Parameters, role: RoleContext): Socket {
  const listener = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneListener(listener, parameters, role);
  must(role, 'bind', listener.bind(serverAddress(parameters)));
  must(role, 'listen', listener.listen(tolerant(parameters).number('backlog')));
  return listener;
}

/** The next connection of the backlog, waited for if there is none yet. */
export function accepted(listener: Socket, parameters: Parameters, role: RoleContext): Socket {
  return limited(opened(role, 'accept', listener.accept()), parameters, role);
}

/** How every stream client begins: socket, connect. connect returns when the server's SYN, ACK has come. */
export function connected(parameters: Parameters, role: RoleContext): Socket {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneClient(s, parameters, role);
  must(role, 'connect', s.connect(serverAddress(parameters)));
  return limited(s, parameters, role);
}
