import type { Call } from '../sockets/call.ts';
import type { Facts } from './facts.ts';

/** Time in which the step mode held calls back, of the times that a call took. */
export interface HeldTime {
  readonly ns: number;
  /** Whose calls were held. */
  readonly roles: readonly string[];
}

interface Hold {
  readonly from: number;
  readonly to: number;
  readonly call: number;
}

const HOLDS = new WeakMap<Facts, readonly Hold[]>();

/**
 * How long of [from, to] (ns of the clock) the step mode held back calls of other threads than the call's own; of the
 * calls that it spans, where it is a sendall. A call's hold is the time just before its entry. Null where there was none.
 */
export function heldDuring(facts: Facts, index: number, from: number, to: number): HeldTime | null {
  const { session } = facts;
  const own = session.calls[index];
  // Runs that nobody steps through may have a million calls; none of them was held.
  if (own === undefined || session.run?.parameters.step !== true) return null;
  const roles = new Set<string>();
  let ns = 0;
  let end = from;
  for (const hold of holdsOf(facts)) {
    const held = session.calls[hold.call];
    if (hold.to <= from || hold.from >= to || held === undefined) continue;
    const isSame = held.pid === own.pid && held.thread === own.thread;
    if (isSame && held.span !== own.id) continue;
    if (own.name === 'sendall' && held.span !== own.id) continue;
    const [start, stop] = [Math.max(end, hold.from), Math.min(to, hold.to)];
    if (stop > start) ns += stop - start;
    end = Math.max(end, stop);
    roles.add(held.role);
  }
  return ns === 0 ? null : { ns, roles: [...roles] };
}

/** All holds by their beginning. */
function holdsOf(facts: Facts): readonly Hold[] {
  const known = HOLDS.get(facts);
  if (known !== undefined) return known;
  const holds: Hold[] = [];
  for (const [index, { heldNs }] of facts.session.calls.entries()) {
    const to = facts.clock.enters[index] ?? 0;
    if (heldNs !== null) holds.push({ from: to - heldNs, to, call: index });
  }
  holds.sort((a, b) => a.from - b.from);
  HOLDS.set(facts, holds);
  return holds;
}

/** Whether a sendall that has not returned waits between its sends: none of them is running, so nothing blocks it. */
export function isBetweenSends(calls: readonly Call[], index: number): boolean {
  const span = calls[index];
  if (span === undefined || span.name !== 'sendall' || span.exitNs !== null) return false;
  // Sends that it made stand behind it; those that run are among the last calls.
  for (let other = calls.length - 1; other > index && calls.length - other < LAST; other--)
    if (calls[other]?.span === span.id && calls[other]?.exitNs === null) return false;
  return true;
}

/** So many of the last calls are looked through for one that is running. */
const LAST = 1000;
