import { isSignal, SIGNALS } from '../sockets/user-signals.ts';
import type { Facts } from './facts.ts';

/** What a kill(2) of the run did: the kind of its reason, and the call of the other role that it ended (index). */
export interface EffectOfKill {
  readonly kind:
    | 'kill-gone'
    | 'kill-ended'
    | 'kill-interrupted'
    | 'kill-stopped'
    | 'kill-continued'
    | 'kill-taken'
    | 'kill-sent';
  readonly call: number | null;
}

/** Neither a handler nor SIG_IGN can be had for these (signal(7)). */
const SURE: Readonly<Record<string, EffectOfKill['kind']>> = {
  SIGSTOP: 'kill-stopped',
  SIGCONT: 'kill-continued',
};

/** What came of a signal, as far as the record shows it. */
export function effectOfKill(facts: Facts, index: number): EffectOfKill {
  const { session } = facts;
  const kill = session.calls[index];
  if (kill?.ret !== 0) return { kind: 'kill-gone', call: null };
  const { sig, to } = kill.args;
  const role = session.run?.roles.find(({ name }) => name === to);
  const open = openCall(facts, index, String(to));
  if (role !== undefined && role.exit === sig && isLast(facts, index))
    return { kind: 'kill-ended', call: open };
  const sure = SURE[String(sig)];
  if (sure !== undefined) return { kind: sure, call: null };
  if (open !== null && session.calls[open]?.errno === 'EINTR')
    return { kind: 'kill-interrupted', call: open };
  const isKnown = role !== undefined && role.exit !== null;
  return { kind: isKnown ? 'kill-taken' : 'kill-sent', call: null };
}

/** The kill that interrupted a call which failed with EINTR; null where it was nobody of the run. */
export function interruptedBy({ session, clock }: Facts, index: number): number | null {
  const { calls } = session;
  const call = calls[index];
  const exit = clock.exits[index] ?? 0;
  for (let at = index + 1; at < calls.length && (clock.enters[at] ?? 0) <= exit; at++) {
    const other = calls[at];
    if (other?.name === 'kill' && other.ret === 0 && other.args.to === call?.role) return at;
  }
  return null;
}

/** The kill that ended the role which was in a call that never returned; null where the role was not ended so. */
export function cutOffBy(facts: Facts, index: number): number | null {
  const { session } = facts;
  const { calls } = session;
  const call = calls[index];
  const exit = session.run?.roles.find(({ name }) => name === call?.role)?.exit;
  if (typeof exit !== 'string' || !Object.hasOwn(SIGNALS, exit)) return null;
  for (let at = calls.length - 1; at > index; at--) {
    const other = calls[at];
    if (other?.name === 'kill' && other.ret === 0 && other.args.to === call?.role && other.args.sig === exit)
      return at;
  }
  return null;
}

/** The signal that ended the process which made a call, where sockscope did not send it at the end of the run; null for others. */
export function endedBySignal({ session }: Facts, index: number): string | null {
  const role = session.run?.roles.find(({ name }) => name === session.calls[index]?.role);
  return role !== undefined && role.endedBy === undefined && isSignal(role.exit) ? role.exit : null;
}

/** The signals that the kernel sends to who does something wrong itself, and that of abort(3). */
const FAULTS = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP', 'SIGSYS']);

/** Whether a process that a signal ended brought it upon itself; no other process had to send it. */
export function isFault(signal: string): boolean {
  return FAULTS.has(signal);
}

/** The call in which the role was when the signal came: entered before, returned after, or never. */
function openCall({ session, clock }: Facts, index: number, role: string): number | null {
  const enter = clock.enters[index] ?? 0;
  for (let at = index - 1; at >= 0; at--) {
    if (session.calls[at]?.role !== role) continue;
    // A sendall holds sends, of which the last one is met first.
    const exit = clock.exits[at] ?? Number.NaN;
    return exit < enter ? null : at;
  }
  return null;
}

/** Of several signals of one kind to one role the last one ended it. */
function isLast({ session }: Facts, index: number): boolean {
  const { calls } = session;
  const kill = calls[index];
  return !calls.some(
    (other, at) =>
      at > index &&
      other.name === 'kill' &&
      other.ret === 0 &&
      other.args.to === kill?.args.to &&
      other.args.sig === kill?.args.sig,
  );
}
