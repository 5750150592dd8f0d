import type { CallName } from './call-names.ts';

/** Told before and after each call: what pauses and the step mode wait in. Its own time is outside of the recorded call. */
export interface CallMoment {
  readonly name: CallName;
  /** Identity of the socket; null for socket(), poll and the like. */
  readonly socket: string | null;
  readonly when: 'before' | 'after';
}
export type CallHook = (moment: CallMoment) => void;

let hook: CallHook | null = null;

/** Sets the hook of this thread; null removes it. */
export function setCallHook(next: CallHook | null): void {
  hook = next;
}

export const callHook = (): CallHook | null => hook;
