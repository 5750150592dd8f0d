import type { Call } from '../sockets/call.ts';
import type { LogProblem } from '../sockets/log-writer-state.ts';
import { isSignal } from '../sockets/user-signals.ts';
import { notes } from '../words/notes.ts';
import type { Text } from '../words/text.ts';
import type { LabPlan } from './protocol.ts';
import type { LabEnd } from './top.ts';

/** What did not go as told. Of a run that was ended early, or whose roles the user sent signals, nothing of what it could not finish is held against it. */
export function problemsOf(
  plan: LabPlan,
  end: LabEnd,
  exits: ReadonlyMap<string, number | string>,
  log: readonly LogProblem[],
  judged: readonly Text[],
  isSignalled: boolean,
): readonly Text[] {
  // A role that was ended by a signal could not close its records.
  const records = log.filter(({ kind, role }) => kind !== 'no-closing-record' || exits.get(role ?? '') === 0);
  const texts = records.map(({ text }) => text);
  // A role that the user has ended or stopped is no failure of the exercise, nor what the others made of it.
  if (isSignalled && !end?.timedOut) return texts;
  if (end?.stopped) return [...texts, ...crashed(plan, exits)];
  if (end?.timedOut) return [notes.timedOut(plan.timeoutMs), ...texts];
  return [...texts, ...judged];
}

/** Of a run that the user ended: what somebody else's signal had ended before; a server that forked it goes on without it. */
function crashed(plan: LabPlan, exits: ReadonlyMap<string, number | string>): readonly Text[] {
  const planned = new Set(plan.roles.map(({ name }) => name));
  return [...exits]
    .filter(([role, exit]) => !planned.has(role) && isSignal(exit))
    .map(([role, exit]) => notes.roleEnded(role, exit, ''));
}

/** What was asked for and had no effect. */
export function unheeded(plan: LabPlan, calls: readonly Call[], packets: number): readonly Text[] {
  const found: Text[] = [];
  for (const { role, call, when } of plan.pauses) {
    const isMade = calls.some(
      ({ name, role: by }) => name === call && (role === null || by === role || by.startsWith(role)),
    );
    if (!isMade) found.push(notes.unusedPause(when, call, role));
  }
  const { filter, port } = plan.parameters;
  if (packets === 0 && typeof filter === 'string') {
    found.push(notes.nothingPassed(filter, typeof port === 'number' ? port : null));
  }
  return found;
}
