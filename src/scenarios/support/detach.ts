import { readlinkSync } from 'node:fs';
import koffi from 'koffi';

/**
 * setsid(2): a session of its own, without a terminal, so that neither Ctrl-C nor the end of a login reaches the process. In C
 * the parent would exit too, and a second fork would give up the session's lead, so that no terminal can ever become its own
 * (daemon(3)); here the parent is the lab, which waits for all roles, and a running Node cannot be forked: only the thread that
 * calls fork(2) would live on. Returns the new session, or -1.
 */
export function detach(): number {
  return koffi.load(null).func('int setsid()')() as number;
}

/** The process id that ps shows: /proc is that of the machine, also where the run has its own pid namespace. */
export function visiblePid(): number {
  return Number(readlinkSync('/proc/self'));
}
