import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { RunOptions } from '../cli/run-options.ts';
import { SILENT } from '../lab/silent-watcher.ts';
import { allHold } from '../scenarios/judgement.ts';
import { isUntilStopped } from '../scenarios/until-stopped.ts';
import type { Timeline } from '../timeline/types.ts';
import { type Verification, verifyTimeline } from '../timeline/verify.ts';
import { listenForInterrupts } from './interrupts.ts';
import { playScenario } from './play.ts';
import { askQuiz } from './quiz.ts';
import { runWithMended } from './run-mended.ts';
import { RunScreen } from './run-screen.ts';
import { printLines, textStyle, wantsScreen } from './terminal.ts';
import type { Views } from './views.ts';

/** `sockscope run`: plays a scenario, records it, and shows what happened and why: full screen, or as text. */
export async function runCommand(options: RunOptions, views: Views): Promise<ExitCode> {
  if (options.compare === true) return await runWithMended(options, views);
  if (wantsScreen(options.display) && !options.verify && options.output !== '-')
    return await views.screen({ kind: 'run', options }, options.display);
  const interrupts = listenForInterrupts();
  let screen: RunScreen | null = null;
  const { recorded, timeline, fileProblem } = await playScenario(
    options,
    () => {
      screen = new RunScreen(views.texts);
      return options.display.quiz === undefined ? screen : SILENT;
    },
    interrupts.stop,
  ).finally(() => screen?.close());
  try {
    await interrupts.release();
    const verification = options.verify ? verifyTimeline(timeline) : null;
    const { quiz } = options.display;
    const isAsked =
      quiz === undefined ||
      (await askQuiz(timeline, options.scenario, quiz === 'answers', views.texts.escape));
    if (options.output !== '-' && isAsked) await print(timeline, verification, options, views);
    if (fileProblem !== null) process.stderr.write(`sockscope: ${fileProblem}\n`);
    const { run } = recorded.session;
    const isDone = run?.outcome !== 'interrupted' && isUntilStopped(run?.parameters ?? {});
    if (interrupts.code !== null && !isDone) return interrupts.code;
    const good =
      run?.outcome === 'ok' && timeline.unexplained === 0 && allHold(timeline) && verification?.ok !== false;
    return good && fileProblem === null ? EXIT.done : EXIT.failed;
  } finally {
    recorded.close();
  }
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
