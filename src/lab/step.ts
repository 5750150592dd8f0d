import { sleep } from '../scenarios/support/sleep.ts';
import type { PendingCall } from '../sockets/call-hook.ts';
import { MOST_EDITED } from './protocol.ts';
import { awaitLab, tellLab } from './role-control.ts';

/** Step mode, in a role: shows the call that is about to be made, waits for the user's go, and does what the user changed. */
export function stepBefore(role: string, call: string, { text, outgoing, edit }: PendingCall): void {
  const isEditable = outgoing !== null && outgoing.byteLength <= MOST_EDITED;
  const data = isEditable ? Buffer.from(outgoing).toString('base64') : null;
  tellLab({ type: 'waiting', role, call, text, data });
  const answer = awaitLab(role);
  if (answer.type !== 'go' || answer.edit === null) return;
  const { data: instead, pauseMs } = answer.edit;
  if (pauseMs !== null) sleep(pauseMs);
  edit({ data: instead === null ? null : Buffer.from(instead, 'base64'), pausedMs: pauseMs });
}
