import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { DisplayOptions } from '../cli/display-options.ts';
import { captureLive } from '../lab/live-capture.ts';
import { buildTimeline } from '../timeline/timeline.ts';
import { listenForInterrupts } from './interrupts.ts';
import { printLines, textStyle, wantsScreen } from './terminal.ts';
import type { Views } from './views.ts';

export interface LiveCommandOptions {
  readonly device: string;
  readonly filter: string | null;
  readonly display: DisplayOptions;
}

/** `sockscope live`: what runs on this machine, as it comes on the full screen; as text when Ctrl-C has ended it. */
export async function liveCommand(options: LiveCommandOptions, views: Views): Promise<ExitCode> {
  const { device, filter, display } = options;
  if (wantsScreen(display)) return await views.screen({ kind: 'live', device, filter }, display);
  const interrupts = listenForInterrupts();
  process.stderr.write(`sockscope: capturing on ${device}; Ctrl-C ends it and prints what came\n`);
  const end = await captureLive({ device, filter }, () => {}, interrupts.stop);
  try {
    const timeline = buildTimeline(end.session);
    const lines =
      display.format === 'json' ? views.json(timeline, null) : views.ladder(timeline, textStyle(display));
    await printLines(lines);
    if (end.problem !== null) process.stderr.write(`sockscope: ${end.problem}\n`);
    return end.problem === null ? EXIT.done : EXIT.failed;
  } finally {
    end.close();
  }
}
