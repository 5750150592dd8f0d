import type { Command } from 'commander';
import {
  addDisplayOptions,
  type DisplayOptions,
  displayOptions,
  type RawDisplay,
} from './display-options.ts';

export interface CompareOptions {
  readonly files: readonly [left: string, right: string];
  readonly display: DisplayOptions;
}

export function addCompareCommand(
  program: Command,
  perform: (options: CompareOptions) => Promise<void>,
): void {
  const command = program
    .command('compare')
    .argument('<left>', 'a saved session or any capture, also gzipped')
    .argument('<right>', 'another one')
    .summary('show two runs side by side, with what differs')
    .description(
      'Shows two saved sessions or captures side by side: their sums, and their calls and packets aligned by what they mean, not by time. L: only in the left run, R: only in the right one, D: in both, but it differs.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  sockscope run tcp-echo -w a.pcapng --text && sockscope run tcp-echo --nodelay -w b.pcapng --text\n  sockscope compare a.pcapng b.pcapng',
    );
  addDisplayOptions(command).action((left: string, right: string, raw: RawDisplay) =>
    perform({ files: [left, right], display: displayOptions(raw) }),
  );
}
