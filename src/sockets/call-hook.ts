import type { CallName } from './call-names.ts';

/** A call that is about to be made, as the step mode shows it. */
export interface PendingCall {
  /** One line: its name and arguments. */
  readonly text: string;
  /** The bytes that it is to send, where another may be put in their place; null for calls that send none. */
  readonly outgoing: Uint8Array | null;
  /** Changes the call before it is made; its record says so. */
  edit(change: CallEdit): void;
  /** Tells for how long the user held it back, in whole µs. */
  held(us: number): void;
}

export interface CallEdit {
  /** What is sent instead. */
  readonly data: Uint8Array | null;
  /** How long the call was held back, in ms. */
  readonly pausedMs: number | null;
}

/** Told before and after each call: what pauses and the step mode wait in. Its own time is outside of the recorded call. */
export interface CallMoment {
  readonly name: CallName;
  /** Identity of the socket; null for socket(), poll and the like. */
  readonly socket: string | null;
  readonly when: 'before' | 'after';
  /** null once the call has been made. */
  readonly pending: PendingCall | null;
}
export type CallHook = (moment: CallMoment) => void;

let hook: CallHook | null = null;

/** Sets the hook of this thread; null removes it. */
export function setCallHook(next: CallHook | null): void {
  hook = next;
}

export const callHook = (): CallHook | null => hook;
