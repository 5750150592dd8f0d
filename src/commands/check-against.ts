import { openCapture } from '../../capture/file/open-capture.ts';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { CheckOptions } from '../cli/check-options.ts';
import { compareFlags } from '../diagnosis/compare.ts';
import { COMPARED_VALUES, compareValues } from '../filter/compare-values.ts';
import { complainOf } from './complaint.ts';
import { expandFiles } from './expand-files.ts';
import { isPipe } from './growing.ts';
import { printLines, textStyle } from './terminal.ts';
import { tsharkFlags } from './tshark.ts';
import type { Views } from './views.ts';

/** `sockscope check --against tshark`: agreement per flag, and every frame that differs; exit code 1 when one does. */
export async function compareCommand(options: CheckOptions, views: Views): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const files = expandFiles(options.files);
  for (const file of files) {
    try {
      code = Math.max(code, await compareFile(file, options, views)) as ExitCode;
    } catch (error) {
      if (!(error instanceof UserError) || files.length === 1) throw error;
      complainOf(error);
      code = Math.max(code, error.exitCode) as ExitCode;
    }
  }
  return code;
}

async function compareFile(file: string, options: CheckOptions, views: Views): Promise<ExitCode> {
  if (file === '-' || isPipe(file))
    throw new UserError(`${file} can be read only once, and two programs are to read it`, {
      hint: 'save it into a file first',
      exitCode: EXIT.usage,
    });
  const { version, flags, values, complaint } = await tsharkFlags(file, COMPARED_VALUES);
  const capture = await openCapture(file);
  try {
    // Of a file that tshark refuses every frame would differ, which says nothing of either.
    if (complaint !== null && values.size === 0 && capture.columns.length > 0)
      throw new UserError(`tshark read 0 of the ${capture.columns.length} packets of ${file}: ${complaint}`, {
        hint: `there is nothing to compare with; sockscope check ${file} says what it could read`,
        exitCode: EXIT.failed,
      });
    const comparison = {
      ...compareFlags(file, version, capture, flags),
      ...compareValues(capture, values),
    };
    if (!options.quiet) {
      if (options.display.format === 'json') await printLines([views.jsonLine(comparison)]);
      else await printLines(views.comparison(comparison, textStyle(options.display)));
    }
    const agrees = comparison.differences.length === 0 && comparison.valueDifferences.length === 0;
    return agrees ? EXIT.done : EXIT.failed;
  } finally {
    capture.close();
  }
}
