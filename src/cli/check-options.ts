import { type Command, Option } from 'commander';
import {
  addDisplayOptions,
  type DisplayOptions,
  displayOptions,
  type RawDisplay,
} from './display-options.ts';

export interface CheckOptions {
  readonly files: readonly string[];
  /** Compare the strict flags with this program's. */
  readonly against: 'tshark' | null;
  /** Print nothing; the exit code tells. */
  readonly quiet: boolean;
  readonly display: DisplayOptions;
}

export function addCheckCommand(program: Command, perform: (options: CheckOptions) => Promise<void>): void {
  const command = program
    .command('check')
    .argument('<files...>', "captures: pcap or pcapng, also gzipped; '-' for standard input")
    .summary('say what is wrong in captures, most important first')
    .description(
      'Says what is wrong in captures, most important first, each with the frames that prove it. Exit code 1: there is a warning.',
    )
    .addOption(
      new Option('--against <program>', 'compare every flag with what that program says').choices(['tshark']),
    )
    .option('--quiet', 'print nothing; the exit code tells');
  addDisplayOptions(command).action(
    (files: string[], raw: RawDisplay & { against?: 'tshark'; quiet?: boolean }) =>
      perform({
        files,
        against: raw.against ?? null,
        quiet: raw.quiet === true,
        display: displayOptions(raw),
      }),
  );
}
