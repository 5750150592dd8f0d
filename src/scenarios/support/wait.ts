import { POLLIN } from '../../sockets/constants.ts';
import { poll } from '../../sockets/poll.ts';
import type { Socket } from '../../sockets/types.ts';
import type { RoleContext } from '../scenario.ts';
import { must } from './must.ts';

/** Waits, for ever if need be, until some of these have something to read (or an end, or an error), and returns those. */
export function readable(sockets: readonly Socket[], role: RoleContext): readonly Socket[] {
  const entries = sockets.map((socket) => ({ socket, events: POLLIN }));
  for (;;) {
    const ready = poll(entries, -1);
    // The end of a child (SIGCHLD) interrupts poll, which is never restarted (signal(7)).
    if (!ready.ok && ready.errno === 'EINTR') continue;
    return must(role, 'poll', ready).map((entry) => entry.socket);
  }
}
