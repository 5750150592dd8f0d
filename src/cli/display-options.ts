import { type Command, InvalidArgumentError, Option } from 'commander';
import { LANGUAGES } from '../words/language.ts';

/** How results are shown: the options that every printing command has. */
export interface DisplayOptions {
  /** auto: the full screen on a terminal, else text. */
  readonly format: 'auto' | 'text' | 'json';
  /** Columns of text output; null: those of the terminal, 100 where there is none. */
  readonly width: number | null;
  readonly ascii: boolean;
  /** null: by the terminal and the environment. */
  readonly colour: boolean | null;
  readonly all: boolean;
  /** Ask about the run before anything is told; 'answers': tell the answers at once. */
  readonly quiz?: 'ask' | 'answers' | undefined;
}

export interface RawDisplay {
  text?: boolean;
  json?: boolean;
  width?: number;
  ascii?: boolean;
  color: boolean;
  all?: boolean;
  quiz?: boolean;
  answers?: boolean;
}

export function addDisplayOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .addOption(new Option('--text', 'print text, also on a terminal').conflicts('json'))
    .option('--json', 'one JSON object a line: run, call, packet, link, finding, summary')
    .option('--width <columns>', 'columns of the text output (60 to 500)', columns)
    .option('--ascii', 'plain ASCII instead of box drawing and arrows')
    .option('--no-color', 'no colours (also NO_COLOR)')
    .addOption(languageOption())
    .option('--all', 'every row, also of long bulk transfers');
}

export function languageOption(): Option {
  return new Option(
    '--lang <language>',
    'of reasons, findings, checks and lessons (else as the locale says)',
  ).choices([...LANGUAGES]);
}

/** For commands that can ask about a run. */
export function addQuizOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--quiz',
        'first ask what will be seen: full screen on a terminal, else answers are read from standard input, one a line',
      ).conflicts('json'),
    )
    .option('--answers', 'with --quiz: print the answers at once');
}

/** Refuses `--answers` alone, and `--quiz` where nothing is asked. */
export function checkQuizOptions(
  raw: RawDisplay & { show?: string },
  refuse: (message: string) => never,
): void {
  if (raw.answers === true && raw.quiz !== true) refuse('--answers goes with --quiz, which is missing');
  if (raw.quiz === true && raw.show !== undefined)
    refuse('--quiz asks before anything is shown, and --show shows a view: leave out one');
}

export function displayOptions(raw: RawDisplay): DisplayOptions {
  return {
    format: raw.json === true ? 'json' : raw.text === true ? 'text' : 'auto',
    width: raw.width ?? null,
    ascii: raw.ascii === true,
    colour: raw.color ? null : false,
    all: raw.all === true,
    quiz: raw.quiz !== true ? undefined : raw.answers === true ? 'answers' : 'ask',
  };
}

function columns(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 60 || value > 500)
    throw new InvalidArgumentError('Give a number from 60 to 500.');
  return value;
}
