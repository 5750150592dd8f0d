/** Signals that interrupt a blocked call, and sending them. */
import { constants } from 'node:os';
import koffi from 'koffi';
import { begin } from './active-call.ts';
import type { ArgValue } from './call.ts';
import type { Done, Failed } from './types.ts';
import { USER } from './user-signals.ts';

const lib = koffi.load(null);
const ualarm: (microseconds: number, interval: number) => number = lib.func(
  'uint32_t ualarm(uint32_t microseconds, uint32_t interval)',
);
const setHandler: (signal: number, handler: null) => void = lib.func(
  'void *signal(int signal, void *handler)',
);

const ESRCH = 3;

/**
 * kill(2) by somebody who may send signals to a role, which `send` does; it gives the role's process id, null when that is
 * gone. Recorded as a call: `kill(4242, SIGUSR1) = 0 (server)`.
 */
export function recordedKill(to: string, signal: string, send: () => number | null): Done | Failed {
  let pid: number | null = null;
  const args = (): Readonly<Record<string, ArgValue>> => ({ pid, sig: signal, to });
  const call = begin('kill', null, { args });
  if (call.recorder?.role === USER) call.place = null; // in no program
  pid = send();
  call.leave(0);
  if (pid === null) {
    call.ret = -1;
    call.errno = ESRCH;
  }
  call.record();
  return call.result();
}

/** Gives SIGUSR1 its default action back, which ends the process; Node's is to open its debugger to everybody on the machine. */
export function withoutDebugger(): void {
  setHandler(constants.signals.SIGUSR1, null);
}

/**
 * ualarm(3): SIGALRM comes to this process after `ms` (1 to 999), and its handler does nothing: a call that blocks then
 * fails with EINTR, unless the kernel starts it again (signal(7) says which it does). Returns what takes the alarm back.
 */
export function interruptAfter(ms: number): () => void {
  if (!(ms >= 1 && ms <= 999)) throw new RangeError(`ualarm takes 1 to 999 ms, not ${ms}`);
  const nothing = (): void => {};
  process.on('SIGALRM', nothing);
  ualarm(Math.round(ms * 1000), 0);
  return () => {
    ualarm(0, 0);
    process.off('SIGALRM', nothing);
  };
}
