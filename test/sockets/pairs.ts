import { AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM } from '../../src/sockets/constants.ts';
import { socket } from '../../src/sockets/socket.ts';
import type { Address, CallResult, Socket } from '../../src/sockets/types.ts';

export interface TcpPair {
  readonly listener: Socket;
  readonly client: Socket;
  readonly server: Socket;
}

/** The value of a call that must not fail. */
export function must<T>(result: CallResult<T>): T {
  if (!result.ok) throw new Error(`failed with ${result.errno}`);
  return result.value;
}

/** Both ends of a connection in one process: connect returns once the connection is in the backlog. */
export function tcpPair(host = '127.0.0.1'): TcpPair {
  const family = host.includes(':') ? AF_INET6 : AF_INET;
  const listener = socket(family, SOCK_STREAM);
  must(listener.bind([host, 0]));
  must(listener.listen(5));
  const client = socket(family, SOCK_STREAM);
  must(client.connect(must(listener.getsockname())));
  return { listener, client, server: listener.accept() };
}

export function udpPair(host = '127.0.0.1'): { receiver: Socket; sender: Socket; address: Address } {
  const family = host.includes(':') ? AF_INET6 : AF_INET;
  const receiver = socket(family, SOCK_DGRAM);
  must(receiver.bind([host, 0]));
  return { receiver, sender: socket(family, SOCK_DGRAM), address: must(receiver.getsockname()) };
}

export function closeAll(...sockets: readonly Socket[]): void {
  for (const each of sockets) each.close();
}
