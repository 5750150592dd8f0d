import { frameNumbers } from '../session/file-order.ts';
import type { Session } from '../session/session.ts';
import { messageOf } from './messages.ts';
import { namesOf } from './names.ts';
import type { Reason } from './types.ts';

/** Puts the reasons of a session into words: calls by role and place, packets by their frame number in its file. */
export function wording(session: Session): (reason: Reason) => string {
  const numbers = frameNumbers(session);
  const names = namesOf(session, (row) => numbers.ofPacket(row));
  return (reason) => messageOf(reason, names);
}
