import { POLLIN, POLLRDHUP } from '../../sockets/constants.ts';
import { poll } from '../../sockets/poll.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { must } from './must.ts';
import { quickAck, recvSize, type Side } from './tune.ts';

/** Reads until recv returns 0: the other side has ended its direction. */
export function readToEnd(s: Socket, parameters: Parameters, role: RoleContext, side: Side): Buffer {
  const parts: Buffer[] = [];
  for (;;) {
    quickAck(s, parameters, role);
    const data = must(role, 'recv', s.recv(recvSize(parameters, side)));
    if (data.length === 0) return Buffer.concat(parts);
    parts.push(Buffer.from(data)); // recv may use its buffer again
  }
}

/** What the buffer of a slow reader may hold for certain; more might never arrive while nobody reads. */
const PATIENCE_MS = 1000;

/** Waits until the other side has sent all that it ever will and ended: then everything lies in the receive buffer. */
export function awaitEnd(s: Socket, role: RoleContext): void {
  must(role, 'poll', poll([{ socket: s, events: POLLRDHUP }], PATIENCE_MS));
}

/** Waits until something has arrived, and leaves it there. */
export function awaitArrival(s: Socket, role: RoleContext): void {
  must(role, 'poll', poll([{ socket: s, events: POLLIN }], PATIENCE_MS));
}
