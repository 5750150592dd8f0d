import { EXIT, UserError } from '../../../capture/user-error.ts';
import { SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Received, Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { domain, serverAddress } from './address.ts';
import { announceClient, announceServer } from './clients.ts';
import { must, opened } from './must.ts';
import { mayLose, nextDatagram, setPatience } from './patience.ts';
import { recvSize, setBuffers } from './tune.ts';

/** --protocol. */
export function isTcp(parameters: Parameters): boolean {
  return parameters.text('protocol') === 'tcp';
}

/** Over UDP, where nothing says that a client is done: `answer` gets so many datagrams, fewer where some get lost. */
export function eachDatagram(
  count: number,
  parameters: Parameters,
  role: RoleContext,
  answer: (s: Socket, got: Received) => void,
): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  announceServer(parameters, role);
  if (mayLose(parameters)) setPatience(s, parameters, role, 2);
  for (let n = 0; n < count; n += 1) {
    const got = nextDatagram(s, parameters, role, 'server');
    if (got === null) break;
    announceClient(got.from, parameters, role, got.data.length);
    answer(s, got);
  }
  s.close();
}

/** A client's socket of datagrams, which gives up waiting as --timeout says, or where datagrams may get lost. */
export function datagramClient(parameters: Parameters, role: RoleContext): Socket {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  setPatience(s, parameters, role);
  return s;
}

/** Sends one datagram to the server and waits for one; null when none came in time and it may have been lost. */
export function askDatagram(
  s: Socket,
  request: Uint8Array,
  parameters: Parameters,
  role: RoleContext,
): Buffer | null {
  must(role, 'sendto', s.sendto(request, serverAddress(parameters)));
  return nextDatagram(s, parameters, role, 'client')?.data ?? null;
}

/** Over UDP a buffer smaller than the datagram would cut it: that is another exercise (UserError, exit code 2). */
export function refuseCutting(length: number, parameters: Parameters): void {
  const least = Math.min(recvSize(parameters, 'client'), recvSize(parameters, 'server'));
  if (isTcp(parameters) || least >= length) return;
  throw new UserError(`a receive buffer of ${least} bytes would cut datagrams of ${length}`, {
    hint: 'give a larger --recv-buffer; `sockscope run udp-truncate` shows what happens otherwise',
    exitCode: EXIT.usage,
  });
}
