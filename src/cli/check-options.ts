import { type Command, InvalidArgumentError, Option } from 'commander';
import { FRAMES_NAMED } from '../diagnosis/check/evidence.ts';
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
  /** 2: large files are read in a thread of their own. */
  readonly threads: 1 | 2;
  /** How many frames of each issue are named; Infinity: all. */
  readonly frames: number;
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
      new Option('--against <program>', 'compare every flag with what that program says')
        .choices(['tshark'])
        .conflicts(['frames', 'threads']),
    )
    .option(
      '--frames <n>',
      "how many frames to name of each issue (0: none), or 'all'",
      framesOf,
      FRAMES_NAMED,
    )
    .option('--quiet', 'print nothing; the exit code tells')
    .addOption(
      new Option(
        '--threads <n>',
        'with 2, large files are read in a thread of their own; the result is the same',
      )
        .choices(['1', '2'])
        .default('2'),
    );
  addDisplayOptions(command).action(
    (
      files: string[],
      raw: RawDisplay & { against?: 'tshark'; quiet?: boolean; frames: number; threads: string },
    ) =>
      perform({
        files,
        against: raw.against ?? null,
        quiet: raw.quiet === true,
        frames: raw.frames,
        threads: raw.threads === '1' ? 1 : 2,
        display: displayOptions(raw),
      }),
  );
}

function framesOf(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a number of frames, or 'all'.");
  return Number(text);
}
