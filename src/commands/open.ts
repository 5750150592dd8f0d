import { checkOpens } from '../../capture/file/open-capture.ts';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { OpenOptions } from '../cli/program.ts';
import { askableScenario } from '../scenarios/run-quiz.ts';
import { judgeSaved } from '../scenarios/saved-checks.ts';
import { openSession } from '../session/read.ts';
import { buildTimeline } from '../timeline/timeline.ts';
import type { Timeline } from '../timeline/types.ts';
import { complain } from './complaint.ts';
import { endOfGrowing, isPipe } from './growing.ts';
import { askQuiz } from './quiz.ts';
import { printLines, textStyle, wantsScreen } from './terminal.ts';
import type { Views } from './views.ts';

/** `sockscope open`: the time line of a saved session, or of any capture, full screen or as text. */
export async function openCommand(options: OpenOptions, views: Views): Promise<ExitCode> {
  const { file, follow, show } = options;
  if (!options.verify && show === null && wantsScreen(options.display, file === '-')) {
    // What cannot be opened at all is said on the terminal that it was typed on.
    if (file !== '-' && !isPipe(file)) checkOpens(file);
    const quiz = options.display.quiz === 'ask';
    return await views.screen({ kind: 'open', file, grows: follow || isPipe(file), quiz }, options.display);
  }
  if (show !== null && (options.verify || options.display.format === 'json'))
    throw new UserError('--show prints a view as text', {
      hint: 'leave out --verify and --json, or leave out --show',
      exitCode: EXIT.usage,
    });
  if (follow) complain(`following ${file}; Ctrl-C ends it and prints what came`);
  const grows = follow || isPipe(file);
  const session = await openSession(file, grows ? { follow, signal: endOfGrowing(file).signal } : {});
  const { capture } = session;
  try {
    const timeline = buildTimeline(session);
    await judgeSaved(timeline);
    const verification = options.verify
      ? (await import('../timeline/verify.ts')).verifyTimeline(timeline)
      : null;
    const style = textStyle(options.display);
    if (options.display.format === 'json') await printLines(views.json(timeline, verification));
    else if (show !== null) await printLines(await views.textView(timeline, show, style));
    else if (await isAsked(timeline, options.display, views.texts.escape)) {
      await printLines(views.ladder(timeline, style));
      if (verification !== null) await printLines(views.verification(verification, style));
    }
    for (const { message, offset } of capture.problems) {
      complain(`${options.file}: ${message} (at byte ${offset})`);
    }
    if (capture.problems.length > 0) return EXIT.damaged;
    return verification?.ok === false ? EXIT.failed : EXIT.done;
  } finally {
    capture.close();
  }
}

/** Whether the ladder may be shown: at once, or when the questions of --quiz have been answered. */
async function isAsked(
  timeline: Timeline,
  { quiz }: OpenOptions['display'],
  safe: (text: string) => string,
): Promise<boolean> {
  if (quiz === undefined) return true;
  return await askQuiz(timeline, askableScenario(timeline), quiz === 'answers', safe);
}
