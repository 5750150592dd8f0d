import { fstatSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Typist } from '../lab/protocol.ts';
import { PARAMETERS, type ParameterGroup, type ParameterSpec } from '../scenarios/parameter-table.ts';
import type { GivenParameters } from '../scenarios/parse-parameters.ts';
import { inEnglish } from '../words/text.ts';
import {
  addDisplayOptions,
  addQuizOptions,
  checkQuizOptions,
  type DisplayOptions,
  displayOptions,
  type RawDisplay,
} from './display-options.ts';

export interface RunOptions {
  readonly scenario: string;
  /** As typed; checked against the scenario's own parameters when it is loaded. */
  readonly parameters: GivenParameters;
  /** Where the session is saved; null: nowhere. */
  readonly output: string | null;
  /** Save the packets alone, as nanosecond pcap. */
  readonly plainPcap: boolean;
  readonly force: boolean;
  readonly verify: boolean;
  /** With --mistake: play the mended exercise too, and show both side by side. */
  readonly compare?: boolean;
  /** First bytes of each call's data that are kept. */
  readonly dataBytes: number;
  /** Size of the kernel's capture ring; null: as the run needs. */
  readonly ringBytes: number | null;
  /** Who types what roles ask for. */
  readonly typist?: Typist;
  readonly display: DisplayOptions;
}

interface RawRun extends RawDisplay {
  write?: string;
  plainPcap?: boolean;
  force?: boolean;
  verify?: boolean;
  compare?: boolean;
  dataBytes: number;
  ring?: number;
  input: boolean;
}

const GROUPS: Readonly<Record<ParameterGroup, string>> = {
  data: 'What is sent:',
  sockets: 'Sockets:',
  network: 'Network and capture:',
  run: 'The run:',
};

export function addRunCommand(program: Command, perform: (options: RunOptions) => Promise<void>): void {
  const command = program
    .command('run')
    .argument('<scenario>', 'its id (`sockscope scenarios` lists them), or a file of your own: ./mine.js')
    .argument('[own...]', 'options that only this scenario has; `sockscope scenarios ID` lists them')
    // They are known when the scenario is loaded.
    .allowUnknownOption()
    .summary('run a scenario, capture it, and show which call made which packet')
    .description(
      'Runs a scenario, captures its packets, and shows which call caused, carried or consumed each, and why.',
    );
  for (const spec of PARAMETERS) command.addOption(parameterOption(spec));
  command
    .optionsGroup('Recording:')
    .option('-w, --write <file>', 'save the session: a pcapng file with the calls between the packets')
    .option('--plain-pcap', 'with -w: only the packets, as nanosecond pcap')
    .option('--force', 'with -w: replace an existing file')
    .option('--verify', 'keep all data, check every claim of the time line, and print what was checked')
    .option(
      '--data-bytes <n>',
      'first bytes of each call that are kept (0 to 65536)',
      wholeNumber(0, 65_536),
      64,
    )
    .option(
      '--ring <MiB>',
      'size of the kernel’s capture ring (1 to 1024; else 32, or 64 when more than 64 MB are sent)',
      wholeNumber(1, 1024),
    );
  command.addOption(
    new Option(
      '--compare',
      'with --mistake: play the mended exercise too, and print both side by side; -w saves both',
    ).helpGroup(GROUPS.run),
  );
  command.addOption(
    new Option('--no-input', 'nobody types: roles that ask for lines send those of their own').helpGroup(
      GROUPS.run,
    ),
  );
  addQuizOptions(addDisplayOptions(command));
  command.action((scenario: string, _: readonly string[], raw: RawRun) =>
    perform(runOptions(scenario, raw, command)),
  );
}

function parameterOption(spec: ParameterSpec): Option {
  const names = spec.name === 'filter' ? '-f, --filter' : `--${spec.name}`;
  const option = new Option(spec.kind === 'flag' ? names : `${names} <${spec.unit}>`, help(spec));
  option.helpGroup(GROUPS[spec.group]);
  if (spec.kind === 'pauses') option.argParser((value: string, before: string[] = []) => [...before, value]);
  return option;
}

function help(spec: ParameterSpec): string {
  const choices = Object.keys(spec.choices);
  const help = inEnglish(spec.help);
  return choices.length === 0 ? help : `${help}: ${choices.join(', ')}`;
}

function runOptions(scenario: string, raw: RawRun, command: Command): RunOptions {
  for (const name of ['plainPcap', 'force'] as const) {
    if (raw[name] === true && raw.write === undefined) {
      command.error(
        `error: --${name === 'force' ? 'force' : 'plain-pcap'} goes with -w FILE, which is missing`,
      );
    }
  }
  if (raw.compare === true && (raw.verify === true || raw.quiz === true || raw.write === '-'))
    command.error('error: --compare prints two runs side by side: leave out --verify, --quiz and -w -');
  const given: Record<string, string | true | readonly string[]> = {};
  Object.assign(given, ownOptions(command));
  for (const spec of PARAMETERS) {
    const value: unknown = command.getOptionValue(camelCase(spec.name));
    if (value !== undefined) given[spec.name] = value as string | true | readonly string[];
  }
  checkQuizOptions(raw, (message) => command.error(`error: ${message}`));
  if (raw.quiz === true && given.step !== undefined)
    command.error('error: --step shows every call before it is made, and --quiz hides them: leave out one');
  return {
    scenario,
    parameters: given,
    output: raw.write ?? null,
    plainPcap: raw.plainPcap === true,
    force: raw.force === true,
    verify: raw.verify === true,
    compare: raw.compare === true,
    dataBytes: raw.dataBytes,
    ringBytes: raw.ring === undefined ? null : raw.ring * 1024 * 1024,
    typist: raw.input && raw.quiz !== true ? typistOf(process.stdin.isTTY === true) : 'nobody',
    display: displayOptions(raw),
  };
}

/** What was typed behind the scenario and is no option that we know: --name, --name VALUE or --name=VALUE. */
function ownOptions(command: Command): Readonly<Record<string, string | true>> {
  const [scenario = '', ...rest] = command.args;
  if (scenario.startsWith('-'))
    command.error(`error: the scenario goes in front of its own options, and ${scenario} is none of ours`);
  const own: Record<string, string | true> = {};
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    const [, name, value] = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) command.error(`error: there is no use for '${word}'`);
    const next = rest[at + 1];
    if (value !== undefined) own[name] = value;
    else if (next === undefined || next.startsWith('-')) own[name] = true;
    else {
      own[name] = next;
      at += 1;
    }
  }
  return own;
}

/** A terminal has a person; a pipe and a file have lines; a device as /dev/null has nobody. */
function typistOf(isTerminal: boolean): Typist {
  if (isTerminal) return 'person';
  try {
    return fstatSync(0).isCharacterDevice() ? 'nobody' : 'lines';
  } catch {
    return 'nobody'; // standard input was closed
  }
}

/** How commander names the value of --recv-buffer. */
function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Reads a whole number of a range from the command line. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
