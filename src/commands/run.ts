import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { RunOptions } from '../cli/run-options.ts';
import { planRun } from '../lab/plan.ts';
import { asOwner } from '../lab/privileges.ts';
import { type RecordedRun, recordRun } from '../lab/recorded-run.ts';
import { parseParameters } from '../scenarios/parse-parameters.ts';
import { loadScenario } from '../scenarios/registry.ts';
import { settlePort } from '../scenarios/settle-port.ts';
import { SessionFile } from '../session/write.ts';
import { buildTimeline } from '../timeline/timeline.ts';
import type { Timeline } from '../timeline/types.ts';
import { type Verification, verifyTimeline } from '../timeline/verify.ts';
import { wording } from '../timeline/wording.ts';
import { type Interrupts, listenForInterrupts } from './interrupts.ts';
import { RunScreen } from './run-screen.ts';
import { printLines, textStyle } from './terminal.ts';
import type { Views } from './views.ts';

/** `sockscope run`: plays a scenario, records it, and prints what happened and why. */
export async function runCommand(options: RunOptions, views: Views): Promise<ExitCode> {
  const scenario = await loadScenario(options.scenario);
  const parameters = await settlePort(parseParameters(scenario, options.parameters));
  const plan = planRun(scenario, parameters, options);
  const file =
    options.output === null ? null : asOwner(plan.owner, () => createFile(options.output ?? '', options));
  const interrupts = listenForInterrupts();
  const screen = new RunScreen(views.texts, plan.step);
  const recorded = await recordRun(
    plan,
    (outcome) => scenario.judge(parameters, outcome),
    file,
    screen,
    interrupts.stop,
  );
  screen.close();
  try {
    return await show(recorded, options, views, file, interrupts);
  } finally {
    recorded.close();
  }
}

function createFile(path: string, { force, plainPcap }: RunOptions): SessionFile {
  return SessionFile.create(path, { force, plainPcap, owner: null });
}

async function show(
  { session }: RecordedRun,
  options: RunOptions,
  views: Views,
  file: SessionFile | null,
  interrupts: Interrupts,
): Promise<ExitCode> {
  const timeline = buildTimeline(session);
  const words = wording(session);
  const fileProblem = file?.finish(session, (row) => words(timeline.reasonOfPacket(row))) ?? null;
  const verification = options.verify ? verifyTimeline(timeline) : null;
  if (options.output !== '-') await print(timeline, verification, options, views);
  if (fileProblem !== null) process.stderr.write(`sockscope: ${fileProblem}\n`);
  if (interrupts.code !== null) return interrupts.code;
  const good = session.run?.outcome === 'ok' && timeline.unexplained === 0 && verification?.ok !== false;
  return good && fileProblem === null ? EXIT.done : EXIT.failed;
}

async function print(
  timeline: Timeline,
  verification: Verification | null,
  { display }: RunOptions,
  views: Views,
): Promise<void> {
  if (display.format === 'json') return await printLines(views.json(timeline, verification));
  const style = textStyle(display);
  await printLines(views.ladder(timeline, style));
  if (verification !== null) await printLines(views.verification(verification, style));
}
