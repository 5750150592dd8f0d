import type { RunInfo } from '../session/session.ts';
import type { ParameterValues } from './parameters.ts';

/** A server alone that nobody gave a number of clients: the run has no other end than the user’s, as a program in a terminal. */
export function isUntilStopped({ role, clients }: ParameterValues): boolean {
  return role === 'server' && !(typeof clients === 'number' && clients > 0);
}

/** Calls in which a server waits for somebody to come: who is ended in one of them was serving nobody. */
const IDLE = new Set(['accept', 'poll', 'recvfrom', 'recvmsg']);

/** Whether such a run was ended while somebody was being served: then what they could not come to is missing. */
export function wasCutShort(
  run: RunInfo,
  calls: readonly { readonly name: string; readonly exitNs: bigint | null }[],
): boolean {
  const isEnded = run.roles.some(({ endedBy }) => endedBy !== undefined);
  return isEnded && calls.some(({ name, exitNs }) => exitNs === null && !IDLE.has(name));
}
