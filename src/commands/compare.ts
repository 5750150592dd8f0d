import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { CompareOptions } from '../cli/compare-options.ts';
import { compareTimelines } from '../compare/compare.ts';
import { openSession } from '../session/read.ts';
import type { Session } from '../session/session.ts';
import { buildTimeline } from '../timeline/timeline.ts';
import { complain } from './complaint.ts';
import { printLines, textStyle, wantsScreen } from './terminal.ts';
import type { Views } from './views.ts';

/** `sockscope compare`: two sessions or captures side by side, full screen or as text. Exit code 0 whatever differs. */
export async function compareCommand({ files, display }: CompareOptions, views: Views): Promise<ExitCode> {
  if (wantsScreen(display) && !files.includes('-'))
    return await views.screen({ kind: 'compare', files }, display);
  const left = await openSession(files[0]);
  try {
    const right = await openSession(files[1]);
    try {
      const comparison = compareTimelines(buildTimeline(left), buildTimeline(right));
      const isJson = display.format === 'json';
      await printLines(
        isJson ? views.runsJson(comparison, files) : views.runs(comparison, files, textStyle(display)),
      );
      return [left, right].map((session, index) => damage(session, files[index] ?? '')).some(Boolean)
        ? EXIT.damaged
        : EXIT.done;
    } finally {
      right.capture.close();
    }
  } finally {
    left.capture.close();
  }
}

/** Says what is wrong with a file; whether something is. */
function damage({ capture }: Session, file: string): boolean {
  for (const { message, offset } of capture.problems) complain(`${file}: ${message} (at byte ${offset})`);
  return capture.problems.length > 0;
}
