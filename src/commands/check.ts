import { warmUp } from '../../capture/file/reading-thread.ts';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { CheckOptions } from '../cli/check-options.ts';
import type { CheckReport, Verdict } from '../diagnosis/check/report.ts';
import { complainOf } from './complaint.ts';
import { expandFiles } from './expand-files.ts';
import { printLines, textStyle } from './terminal.ts';
import type { Views } from './views.ts';

const CONVERSATIONS_SHOWN = 10;
const EXIT_OF: Readonly<Record<Verdict, ExitCode>> = {
  fine: EXIT.done,
  warning: EXIT.failed,
  damaged: EXIT.damaged,
};

/** `sockscope check`: what is wrong in captures. */
export async function checkCommand(options: CheckOptions, views: () => Promise<Views>): Promise<ExitCode> {
  if (options.against !== null) {
    const { compareCommand } = await import('./check-against.ts');
    return compareCommand(options, await views());
  }
  const files = expandFiles(options.files);
  if (options.threads > 1 && files[0] !== undefined) warmUp(files[0]);
  const { checkFile, judgeFile, verdictIn } = await import('../diagnosis/check/check.ts');
  const reports: CheckReport[] = [];
  const { display, quiet, threads, frames } = options;
  const isTable = files.length > 1;
  let unread = 0;
  let code: ExitCode = EXIT.done;
  const conversations = display.all ? Number.POSITIVE_INFINITY : isTable ? 0 : CONVERSATIONS_SHOWN;
  for (const file of files) {
    try {
      if (quiet) {
        code = worse(code, EXIT_OF[await judgeFile(file, { threads })]);
        continue;
      }
      const report = await checkFile(file, { conversations, threads, frames });
      code = worse(code, EXIT_OF[verdictIn(report)]);
      if (display.format === 'json') await printLines((await views()).checkJson(report));
      else if (!isTable || display.all) await printLines((await views()).check(report, textStyle(display)));
      if (isTable) reports.push(shortened(report));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!isTable) throw error;
      complainOf(error);
      code = worse(code, error.exitCode);
      unread++;
    }
  }
  if (isTable && !quiet && display.format !== 'json')
    await printLines((await views()).checkTable(reports, textStyle(display), unread));
  return code;
}

/** Of thousands of files, only what the table shows is kept. */
function shortened(report: CheckReport): CheckReport {
  return { ...report, issues: report.issues.slice(0, 8), top: [] };
}

function worse(a: ExitCode, b: ExitCode): ExitCode {
  return a > b ? a : b;
}
