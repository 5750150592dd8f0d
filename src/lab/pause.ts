import type { Pause } from '../scenarios/pauses.ts';
import type { CallHook } from '../sockets/call-hook.ts';

const NEVER = new Int32Array(new SharedArrayBuffer(4));

/** sleep(3) of the practicals: blocks the whole thread, as the role's own calls do. */
function sleep(ms: number): void {
  Atomics.wait(NEVER, 0, 0, ms);
}

/** What --pause and --step do around each call of a role; null when there is nothing to do. */
export function aroundCalls(
  pauses: readonly Pause[],
  step: ((call: string) => void) | null,
): CallHook | null {
  if (pauses.length === 0 && step === null) return null;
  return ({ name, when }) => {
    if (when === 'before') step?.(name);
    for (const pause of pauses) if (pause.call === name && pause.when === when) sleep(pause.ms);
  };
}
