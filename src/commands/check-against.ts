import { openCapture } from '../../capture/file/open-capture.ts';
import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { CheckOptions } from '../cli/check-options.ts';
import { compareFlags } from '../diagnosis/compare.ts';
import { COMPARED_VALUES, compareValues } from '../filter/compare-values.ts';
import { expandFiles } from './expand-files.ts';
import { printLines, textStyle } from './terminal.ts';
import { tsharkFlags } from './tshark.ts';
import type { Views } from './views.ts';

/** `sockscope check --against tshark`: agreement per flag, and every frame that differs; exit code 1 when one does. */
export async function compareCommand(options: CheckOptions, views: Views): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  for (const file of expandFiles(options.files)) {
    const { version, flags, values } = await tsharkFlags(file, COMPARED_VALUES);
    const capture = await openCapture(file);
    try {
      const comparison = {
        ...compareFlags(file, version, capture, flags),
        ...compareValues(capture, values),
      };
      if (comparison.differences.length > 0 || comparison.valueDifferences.length > 0) code = EXIT.failed;
      if (options.quiet) continue;
      if (options.display.format === 'json') await printLines([views.jsonLine(comparison)]);
      else await printLines(views.comparison(comparison, textStyle(options.display)));
    } finally {
      capture.close();
    }
  }
  return code;
}
