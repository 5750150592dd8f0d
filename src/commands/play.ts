import type { RunOptions } from '../cli/run-options.ts';
import { planRun } from '../lab/plan.ts';
import { asOwner, invokingUser } from '../lab/privileges.ts';
import { type RecordedRun, type RunWatcher, recordRun } from '../lab/recorded-run.ts';
import { judgeRun } from '../scenarios/judgement.ts';
import { parseParameters } from '../scenarios/parse-parameters.ts';
import { loadScenario } from '../scenarios/registry.ts';
import { settlePort } from '../scenarios/settle-port.ts';
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
  const scenario = await loadScenario(options.scenario);
  // As the user behind sudo, who must be able to read what is to be sent.
  const parsed = asOwner(invokingUser(), () => parseParameters(scenario, options.parameters));
  const parameters = await settlePort(parsed);
  const plan = planRun(scenario, parameters, options);
  const { output } = options;
  const file = output === null ? null : asOwner(plan.owner, () => createFile(output, options));
  const recorded = await recordRun(
    plan,
    (outcome) => scenario.judge(parameters, outcome),
    file,
    watch(),
    stop,
  );
  const timeline = await untilDone(timelineInSteps(recorded.session, true));
  judgeRun(scenario, parameters, timeline);
  const words = wording(recorded.session);
  const fileProblem = file?.finish(recorded.session, (row) => words(timeline.reasonOfPacket(row))) ?? null;
  return { recorded, timeline, fileProblem };
}

function createFile(path: string, { force, plainPcap }: RunOptions): SessionFile {
  return SessionFile.create(path, { force, plainPcap, owner: null });
}
