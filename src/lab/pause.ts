import type { Pause } from '../scenarios/pauses.ts';
import { sleep } from '../scenarios/support/sleep.ts';
import type { CallHook, PendingCall } from '../sockets/call-hook.ts';

/** What --pause and --step do around each call of a role; null when there is nothing to do. */
export function aroundCalls(
  pauses: readonly Pause[],
  step: ((call: string, pending: PendingCall) => void) | null,
): CallHook | null {
  if (pauses.length === 0 && step === null) return null;
  return ({ name, when, pending }) => {
    if (pending !== null) step?.(name, pending);
    for (const pause of pauses) if (pause.call === name && pause.when === when) sleep(pause.ms);
  };
}
