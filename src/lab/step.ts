import { sleep } from '../scenarios/support/sleep.ts';
import type { PendingCall } from '../sockets/call-hook.ts';
import { MOST_EDITED } from './protocol.ts';
import { awaitLab, tellLab } from './role-control.ts';

/** Step mode, in a role: shows the call that is about to be made, waits for the user's go, and does what the user changed. */
export function stepBefore(role: string, call: string, { text, outgoing, edit, held }: PendingCall): void {
  const isEditable = outgoing !== null && outgoing.byteLength <= MOST_EDITED;
  const data = isEditable ? Buffer.from(outgoing).toString('base64') : null;
  const from = process.hrtime.bigint();
  tellLab({ type: 'waiting', role, call, text, data });
  const answer = awaitLab(role);
  const change = answer.type === 'go' ? answer.edit : null;
  if (change !== null && change.pauseMs !== null) sleep(change.pauseMs);
  held(microsecondsSince(from));
  if (change === null) return;
  const { data: instead, pauseMs } = change;
  edit({ data: instead === null ? null : Buffer.from(instead, 'base64'), pausedMs: pauseMs });
}

function microsecondsSince(from: bigint): number {
  return Number((process.hrtime.bigint() - from) / 1000n);
}
