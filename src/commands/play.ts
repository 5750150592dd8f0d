import { resolve } from 'node:path';
import type { RunOptions } from '../cli/run-options.ts';
import { planRun } from '../lab/plan.ts';
import { asOwner, becomeUser, invokingUser } from '../lab/privileges.ts';
import type { Owner } from '../lab/protocol.ts';
import { type RecordedRun, type RunWatcher, recordRun } from '../lab/recorded-run.ts';
import { type StartedLab, startLabProcess } from '../lab/top.ts';
import { judgeInSteps } from '../scenarios/judgement.ts';
import { parseParameters } from '../scenarios/parse-parameters.ts';
import { loadScenario } from '../scenarios/registry.ts';
import { savedChecks } from '../scenarios/saved-checks.ts';
import { settlePort } from '../scenarios/settle-port.ts';
import { sourcesOf } from '../scenarios/sources.ts';
import { inUserFile, isUserFile } from '../scenarios/user-file.ts';
import { sortedInSteps } from '../session/file-order.ts';
import type { Session } from '../session/session.ts';
import { SessionFile } from '../session/write.ts';
import { timelineInSteps } from '../timeline/timeline.ts';
import { untilDone } from '../timeline/turns.ts';
import type { Timeline } from '../timeline/types.ts';
import { wording } from '../timeline/wording.ts';

/** A run that is over. */
export interface Played {
  readonly recorded: RecordedRun;
  readonly timeline: Timeline;
  /** What went wrong with the file that it was to be saved in. */
  readonly fileProblem: string | null;
}

/**
 * Plays a scenario with options as they were given, records it, and saves it where that was asked for. Throws a
 * UserError for options that cannot be, and when the run could not begin.
 */
export async function playScenario(
  options: RunOptions,
  watch: () => RunWatcher,
  stop: AbortSignal,
): Promise<Played> {
  const file = isUserFile(options.scenario) ? resolve(options.scenario) : null;
  const begun = file === null ? null : beginForUserFile(options.parameters.net === 'host');
  try {
    return await playLoaded(options, file, begun, watch, stop);
  } catch (error) {
    begun?.lab?.kill();
    throw error;
  }
}

/** What had to be done as root before a user's own code may be run. */
interface Begun {
  readonly owner: Owner;
  /** The process that captures on the machine's own network; null where the network is private, which needs no root. */
  readonly lab: StartedLab | null;
}

/** Behind sudo we are root for somebody else, as whom that somebody's code must run: from here on we are that user. */
function beginForUserFile(onHost: boolean): Begun | null {
  const owner = invokingUser();
  if (owner === null) return null;
  const lab = onHost ? startLabProcess('host') : null;
  becomeUser(owner);
  return { owner, lab };
}

async function playLoaded(
  options: RunOptions,
  userFile: string | null,
  begun: Begun | null,
  watch: () => RunWatcher,
  stop: AbortSignal,
): Promise<Played> {
  const scenario = await loadScenario(options.scenario);
  const name = options.scenario;
  const asked = <T>(act: () => T): T => (userFile === null ? act() : inUserFile(name, act));
  // As the user behind sudo, who must be able to read what is to be sent.
  const parsed = asOwner(invokingUser(), () => asked(() => parseParameters(scenario, options.parameters)));
  const parameters = await settlePort(parsed);
  const planned = asked(() => planRun(scenario, parameters, { ...options, file: userFile }));
  const plan = begun === null ? planned : { ...planned, owner: begun.lab === null ? null : begun.owner };
  const { output } = options;
  const file = output === null ? null : asOwner(plan.owner, () => createFile(output, options));
  const recorded = await recordRun(
    plan,
    (outcome) => asked(() => scenario.judge(parameters, outcome)),
    file,
    watch(),
    stop,
    begun?.lab ?? null,
  );
  const { capture, calls } = recorded.session;
  const order = await untilDone(sortedInSteps(capture.columns, calls));
  const session = { ...withSources(recorded.session, userFile), order };
  const timeline = await untilDone(timelineInSteps(session, true));
  const judged = judgeInSteps(scenario, parameters, timeline);
  await untilDone({ next: () => asked(() => judged.next()) });
  const words = wording(session);
  const saved = withChecks(session, timeline);
  const reason = (row: number): string => words(timeline.reasonOfPacket(row));
  const fileProblem = file === null ? null : await untilDone(file.finishInSteps(saved, reason));
  return { recorded: { ...recorded, session }, timeline, fileProblem };
}

/** With the text of the user's own program, which may be another one when the session is looked at again. */
function withSources(session: Session, userFile: string | null): Session {
  if (session.run === null || userFile === null) return session;
  return { ...session, run: { ...session.run, sources: sourcesOf(session.calls, userFile) } };
}

/** The session as it is saved: with the results of the checks, for when the scenario is not at hand. */
function withChecks(session: Session, timeline: Timeline): Session {
  if (session.run === null) return session;
  return { ...session, run: { ...session.run, checks: savedChecks(timeline) } };
}

function createFile(path: string, { force, plainPcap }: RunOptions): SessionFile {
  return SessionFile.create(path, { force, plainPcap, owner: null });
}
