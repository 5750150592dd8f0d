import type { RunInfo } from '../session/session.ts';
import type { Call } from '../sockets/call.ts';
import { isSignal } from '../sockets/user-signals.ts';
import type { ParameterValues } from './parameters.ts';

/** A server alone that nobody gave a number of clients: the run has no other end than the user’s, as a program in a terminal. */
export function isUntilStopped({ role, clients }: ParameterValues): boolean {
  return role === 'server' && !(typeof clients === 'number' && clients > 0);
}

/** Calls in which a server waits for somebody to come: who is ended in one of them was serving nobody. */
export const WAITS_FOR_CLIENTS: ReadonlySet<string> = new Set(['accept', 'poll', 'recvfrom', 'recvmsg']);

type Open = Pick<Call, 'name' | 'exitNs'>;

/** Whether the call is that in which a server waited for the next client when the user ended it: nothing is amiss then. */
export function waitedForNext({ name, exitNs }: Open, run: RunInfo | null): boolean {
  if (exitNs !== null || !WAITS_FOR_CLIENTS.has(name) || run === null || !isUntilStopped(run.parameters))
    return false;
  return run.roles.some(({ endedBy }) => endedBy !== undefined);
}

/**
 * Whether such a run was ended while somebody was being served: then what they could not come to is missing. A process that
 * somebody else's signal had ended before is no such case.
 */
export function wasCutShort(run: RunInfo, calls: readonly (Open & Pick<Call, 'role'>)[]): boolean {
  if (!isUntilStopped(run.parameters)) return false;
  const crashed = new Set(
    run.roles.filter(({ exit, endedBy }) => endedBy === undefined && isSignal(exit)).map(({ name }) => name),
  );
  return calls.some((call) => call.exitNs === null && !crashed.has(call.role) && !waitedForNext(call, run));
}
