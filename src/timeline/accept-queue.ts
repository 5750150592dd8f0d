import type { Facts } from './facts.ts';
import { backlogOf } from './handshakes.ts';

/** How many connections waited for accept() at a listener, and what its listen() asked for. */
export interface AcceptQueue {
  readonly waiting: number;
  readonly backlog: number;
}

/**
 * The accept queue of the listener that a flow's SYN came to, at `ns`. Linux takes a connection more than the backlog,
 * and answers no SYN while the queue is full. Null where nobody of the run listened.
 */
export function acceptQueueAt(
  { ends, sides, session, clock }: Facts,
  flow: number,
  ns: number,
): AcceptQueue | null {
  const listener = ends.listeners[flow] ?? null;
  const backlog = listener === null ? null : backlogOf(session.calls, listener);
  if (backlog === null) return null;
  let waiting = 0;
  for (const [other, both] of sides.entries()) {
    if (both === null || ends.listeners[other] !== listener) continue;
    const server = both[0].listener === null ? both[1] : both[0];
    if (server.establishedRow < 0 || (clock.packets[server.establishedRow] ?? 0) > ns) continue;
    const opening = server.calls?.end.opening ?? null;
    if (opening === null || (clock.exits[opening] ?? 0) > ns) waiting++;
  }
  // One that accept() was just about to return may be among them.
  return { waiting: Math.min(waiting, backlog + 1), backlog };
}
