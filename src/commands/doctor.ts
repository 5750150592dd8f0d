import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { DisplayOptions } from '../cli/display-options.ts';
import { probeAll } from '../lab/doctor-probes.ts';
import { printLines, textStyle } from './terminal.ts';
import type { Views } from './views.ts';

/** `sockscope doctor`: what is here, what is missing, and how to mend it. Exit code 3 when nothing could be captured. */
export async function doctorCommand(display: DisplayOptions, views: Views): Promise<ExitCode> {
  const probes = await probeAll();
  if (display.format === 'json') {
    await printLines(probes.map((probe) => JSON.stringify({ schema: 1, type: 'probe', ...probe })));
  } else await printLines(views.doctor(probes, textStyle(display)));
  return probes.some((probe) => probe.ok === 'no') ? EXIT.cannotCapture : EXIT.done;
}
