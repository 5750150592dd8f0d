import { USER } from '../sockets/user-signals.ts';
import { atOnce } from '../timeline/time-order.ts';
import type { Timeline } from '../timeline/types.ts';
import type { Text } from '../words/text.ts';
import { type Check, fails, untold, type Verdict } from './check.ts';
import type { Evidence } from './evidence.ts';
import { UNORDERED } from './may-miss.ts';
import { observeInSteps } from './observe.ts';
import type { Parameters } from './parameters.ts';
import type { Scenario } from './scenario.ts';
import { wasCutShort } from './until-stopped.ts';

/** A check of a scenario with what a run made of it. */
export interface CheckResult extends Verdict {
  readonly text: Text;
}

const RESULTS = new WeakMap<Timeline, readonly CheckResult[]>();

/** What the scenario's checks say of the run; empty for a plain capture, and before `judgeRun`. */
export function checksOf(timeline: Timeline): readonly CheckResult[] {
  return RESULTS.get(timeline) ?? [];
}

/** Keeps results that were made elsewhere: those saved with the run of a scenario that is not at hand. */
export function rememberChecks(timeline: Timeline, results: readonly CheckResult[]): void {
  RESULTS.set(timeline, results);
}

/** Holds a run against what its scenario says is to be seen, and keeps the results with the time line. */
export function judgeRun(
  scenario: Scenario,
  parameters: Parameters,
  timeline: Timeline,
): readonly CheckResult[] {
  return atOnce(judgeInSteps(scenario, parameters, timeline));
}

/** The same in steps: a long run has hundreds of thousands of calls. */
export function* judgeInSteps(
  scenario: Scenario,
  parameters: Parameters,
  timeline: Timeline,
): Generator<void, readonly CheckResult[]> {
  const { run } = timeline.session;
  const isOver = run !== null && (run.outcome === 'ok' || run.outcome === 'failed');
  const isWhole =
    isOver && !run.roles.some(({ name }) => name === USER) && !wasCutShort(run, timeline.session.calls);
  const evidence = yield* observeInSteps(timeline, parameters);
  const begun = hasBegun(evidence, timeline);
  const hasGivenUp = gaveUp(evidence);
  const results: CheckResult[] = [];
  for (const check of scenario.lookFor(parameters)) {
    yield;
    const verdict = begun ? yield* verdictOf(check, evidence) : untold(NEVER_BEGAN);
    // Of a run that was ended early, whose roles the user sent signals or gave too little time, nothing of what it could not come to is held against it.
    const holds = verdict.holds === false && (!isWhole || hasGivenUp) ? null : verdict.holds;
    const note = verdict.holds === false && isWhole && hasGivenUp ? { note: GAVE_UP } : {};
    results.push({ ...withReason(verdict, evidence), ...note, holds, text: check.text });
  }
  rememberChecks(timeline, results);
  return results;
}

/** Whatever cannot be told says why not: where the check itself does not, it is the capture that leaves it open. */
function withReason(verdict: Verdict, run: Evidence): Verdict {
  if (verdict.holds !== null || (verdict.note ?? '') !== '') return verdict;
  const note = run.mayMiss ?? (run.ordered ? null : UNORDERED);
  return note === null ? verdict : { ...verdict, note };
}

/** No check is crossed. */
export function allHold(timeline: Timeline): boolean {
  return checksOf(timeline).every(({ holds }) => holds !== false);
}

/** A role gave up before anybody came to it or it came to anybody: its port was taken, say. Of such a run nothing can be told. */
function hasBegun(run: Evidence, { session }: Timeline): boolean {
  if (session.capture.columns.length > 0 || run.calls('client').length > 0) return true;
  if (run.calls('server', ['accept', 'recv', 'recvfrom']).some(({ ok }) => ok)) return true;
  return session.run?.roles.every(({ exit }) => exit === 0 || exit === null) ?? true;
}

/** A role ended because a call of it took longer than --timeout lets it: from there on nothing goes as told. */
function gaveUp(run: Evidence): boolean {
  const hasLimit = typeof run.parameters.all().timeout === 'number';
  return (
    hasLimit && run.reports('*', 'failed').some((failed) => /: (EAGAIN|ETIMEDOUT)$/.test(String(failed)))
  );
}

const GAVE_UP: Text = {
  en: 'a role gave up when the time that --timeout leaves it was over',
  es: 'un rol se rindió al acabarse el tiempo que le deja --timeout',
  ca: 'un rol es va rendir en acabar-se el temps que li deixa --timeout',
};

const NEVER_BEGAN: Text = {
  en: 'the run ended before anybody spoke',
  es: 'la ejecución acabó antes de que nadie hablara',
  ca: 'l’execució va acabar abans que ningú parlés',
};

/** A check that throws has a bug: it must not take the run with it, and must not pass either. */
function* verdictOf(check: Check, evidence: Evidence): Generator<void, Verdict> {
  try {
    let found: unknown = check.test(evidence);
    if (isGenerator(found)) found = yield* found;
    return isVerdict(found) ? found : fails(NO_VERDICT);
  } catch (error) {
    return fails(threw(error instanceof Error ? error.message : String(error)));
  }
}

const NO_VERDICT: Text = {
  en: 'the check returned no verdict: return holds(…), fails(…), untold(…) or decide(…)',
  es: 'la comprobación no devolvió ningún veredicto: devuelve holds(…), fails(…), untold(…) o decide(…)',
  ca: 'la comprovació no ha retornat cap veredicte: retorna holds(…), fails(…), untold(…) o decide(…)',
};

function threw(what: string): Text {
  return {
    en: `the check threw: ${what}`,
    es: `la comprobación lanzó un error: ${what}`,
    ca: `la comprovació ha llançat un error: ${what}`,
  };
}

function isGenerator(value: unknown): value is Generator<void> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Whether a check, which may be a user's, gave what checks give. */
function isVerdict(value: unknown): value is Verdict {
  return typeof value === 'object' && value !== null && 'holds' in value;
}
