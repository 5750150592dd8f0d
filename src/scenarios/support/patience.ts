import type { Received, Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { must } from './must.ts';
import { given, recvSize, type Side } from './tune.ts';

/** How long to wait for a datagram that may be lost, when --timeout does not say. */
const LOSSY_MS = 500;

/** SO_RCVTIMEO as --timeout says; without it only where datagrams may get lost, or a wait might have no end. */
export function setPatience(s: Socket, parameters: Parameters, role: RoleContext, times = 1): void {
  const ms = given(parameters, 'timeout') ?? (mayLose(parameters) ? LOSSY_MS : null);
  if (ms !== null) must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(ms * times));
}

/** The next datagram; null when it did not come in time and may have been lost. Ends the role for any other failure. */
export function nextDatagram(
  s: Socket,
  parameters: Parameters,
  role: RoleContext,
  side: Side,
): Received | null {
  const got = s.recvfrom(recvSize(parameters, side));
  if (!got.ok && got.errno === 'EAGAIN' && mayLose(parameters)) return null;
  return must(role, 'recvfrom', got);
}

export function mayLose(parameters: Parameters): boolean {
  return parameters.number('loss') > 0;
}
