import type { RunInfo } from '../session/session.ts';
import type { Call } from '../sockets/call.ts';
import type { Clock } from './clock.ts';

/** Up to when a role certainly ran, in ns of the clock; Infinity for one of which no end is known. */
export type LastSign = (role: string) => number;

/** Of each role that has ended: when its last call returned, or the kill(2) came that ended it in a call. */
export function lastSigns(calls: readonly Call[], clock: Clock, run: RunInfo | null): LastSign {
  const known = new Map<string, number>();
  return (role) => {
    const isOver = run?.roles.some(({ name, exit }) => name === role && exit !== null) ?? false;
    if (!isOver) return Number.POSITIVE_INFINITY;
    const sign = known.get(role) ?? lastSign(calls, clock, role);
    known.set(role, sign);
    return sign;
  };
}

function lastSign(calls: readonly Call[], clock: Clock, role: string): number {
  let sign = 0;
  for (const [index, call] of calls.entries()) {
    const isOwn = call.role === role || call.role.startsWith(`${role}.`);
    const isKill = call.name === 'kill' && call.ret === 0 && call.args.to === role;
    if (!isOwn && !isKill) continue;
    const { enters, exits } = clock;
    sign = Math.max(sign, (isKill || call.exitNs === null ? enters[index] : exits[index]) ?? 0);
  }
  return sign;
}
