import { POLLIN } from '../../sockets/constants.ts';
import { poll } from '../../sockets/poll.ts';
import type { Socket } from '../../sockets/types.ts';
import type { RoleContext } from '../scenario.ts';
import { must } from './must.ts';

/** Waits, for ever if need be, until some of these have something to read (or an end, or an error), and returns those. */
export function readable(sockets: readonly Socket[], role: RoleContext): readonly Socket[] {
  const entries = sockets.map((socket) => ({ socket, events: POLLIN }));
  const ready = must(role, 'poll', poll(entries, -1));
  return ready.map((entry) => entry.socket);
}
