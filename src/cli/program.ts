import { Command, Option } from 'commander';
import type { LiveCommandOptions } from '../commands/live.ts';
import type { ShellOptions } from '../commands/shell.ts';
import { VERSION } from '../version.ts';
import { type Language, setLanguage } from '../words/language.ts';
import { addCheckCommand, type CheckOptions } from './check-options.ts';
import { addCompareCommand, type CompareOptions } from './compare-options.ts';
import { addConvertCommand, type ConvertOptions } from './convert-options.ts';
import {
  addDisplayOptions,
  addQuizOptions,
  checkQuizOptions,
  type DisplayOptions,
  displayOptions,
  languageOption,
  type RawDisplay,
} from './display-options.ts';
import { addPacketsCommand, type PacketsOptions } from './packets-options.ts';
import { addRunCommand, type RunOptions, wholeNumber } from './run-options.ts';
import { AT, CONNECTION, type RawTextView, SHOW, type TextView, textView } from './text-view-options.ts';

export interface OpenOptions {
  readonly file: string;
  /** The file is still being written: wait for more at its end. */
  readonly follow: boolean;
  readonly verify: boolean;
  /** Another view than the ladder, as text; null for the ladder, or the full screen. */
  readonly show: TextView | null;
  readonly display: DisplayOptions;
}

export interface ListOptions {
  readonly scenario: string | null;
  /** Print a file to start an own scenario from. */
  readonly template: boolean;
  readonly display: DisplayOptions;
}

/** What main does for each command. */
export interface Actions {
  run(options: RunOptions): Promise<void>;
  open(options: OpenOptions): Promise<void>;
  check(options: CheckOptions): Promise<void>;
  compare(options: CompareOptions): Promise<void>;
  convert(options: ConvertOptions): Promise<void>;
  packets(options: PacketsOptions): Promise<void>;
  live(options: LiveCommandOptions): Promise<void>;
  scenarios(options: ListOptions): Promise<void>;
  shell(options: ShellOptions): Promise<void>;
  doctor(display: DisplayOptions): Promise<void>;
}

const AFTER_HELP = `
Examples:
  sockscope                                       the full screen: choose a scenario, or open a file
  sockscope --lang ca                             the same in Catalan (es Spanish, en English)
  sockscope run tcp-echo                          a TCP conversation, every packet explained
  sockscope run tcp-transfer --size 10M --loss 2  a transfer with 2 % loss
  sockscope run ./mine.js                         a scenario of your own
  sockscope run udp-echo --server none            what a datagram to nobody causes
  sockscope run tcp-echo -w echo.pcapng           save it; Wireshark opens it too
  sockscope open echo.pcapng                      the same ladder again, or any capture
  sockscope compare a.pcapng b.pcapng             two runs side by side, with what differs
  sockscope check *.pcap                          what is wrong in these captures
  sockscope packets a.pcap -e ip.src -e tcp.port  fields of packets, as tshark prints them
  sockscope convert a.pcap b.pcapng -Y udp        write a part of a capture, or another format

Exit codes:
  0  done                         3  cannot capture (permission, library missing)
  1  did not go as told, or       4  input damaged; what could be read was printed
     check found a warning
  2  wrong usage                  130, 143  ended by SIGINT, SIGTERM`;

/** As --lang says; without it the locale has been asked already. */
function chooseLanguage(command: Command): void {
  const { lang } = command.optsWithGlobals<{ lang?: Language }>();
  if (lang !== undefined) setLanguage(lang);
}

/** Whether no command is given, at most a language, which is then chosen. Throws commander's error where an option is wrong. */
export function isBare(program: Command, argv: readonly string[]): boolean {
  const { operands, unknown } = program.parseOptions([...argv]);
  if (operands.length > 0 || unknown.length > 0) return false;
  chooseLanguage(program);
  return true;
}

/** The command line: one command a line of help. Parsing errors are thrown as commander's own. */
export function buildProgram(actions: Actions): Command {
  const program = new Command('sockscope')
    .description('Shows which socket call made which packet, and why.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addOption(new Option('--debug', 'print the stack of an error'))
    .addOption(languageOption())
    .addHelpText('after', AFTER_HELP)
    .hook('preAction', (_, command) => chooseLanguage(command))
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('`sockscope --help` and `sockscope COMMAND --help` list what there is');
  addRunCommand(program, actions.run);
  const open = program
    .command('open')
    .argument('<file>', "a saved session or any pcap or pcapng capture, also gzipped; '-' for standard input")
    .summary('show a saved session or any capture as the same ladder')
    .description(
      'Shows a saved session, or any capture. Without recorded calls the lanes show what can be inferred, marked ~.',
    )
    .option('--follow', 'wait for more at the end of the file, as tail -f does, until Ctrl-C')
    .option('--verify', 'check every claim of the time line, and print what was checked')
    .addOption(SHOW)
    .addOption(AT)
    .addOption(CONNECTION);
  addQuizOptions(addDisplayOptions(open)).action(
    (file: string, raw: RawDisplay & RawTextView & { verify?: boolean; follow?: boolean }) => {
      const refuse = (message: string): never => open.error(`error: ${message}`);
      checkQuizOptions(raw, refuse);
      return actions.open({
        file,
        follow: raw.follow === true,
        verify: raw.verify === true,
        show: textView(raw, refuse),
        display: displayOptions(raw),
      });
    },
  );
  addCompareCommand(program, actions.compare);
  addCheckCommand(program, actions.check);
  addPacketsCommand(program, actions.packets);
  addConvertCommand(program, actions.convert);
  const live = program
    .command('live')
    .summary('capture what runs on this machine, and show it as it comes')
    .description(
      'Captures the packets of any program on this machine. Its calls are not recorded: what can be inferred is marked ~. Needs sudo or CAP_NET_RAW.',
    )
    .option('-i, --interface <name>', 'the interface to capture on', 'lo')
    .option('-f, --filter <filter>', 'capture filter in the language of libpcap (pcap-filter(7))');
  addDisplayOptions(live).action((raw: RawDisplay & { interface: string; filter?: string }) =>
    actions.live({ device: raw.interface, filter: raw.filter ?? null, display: displayOptions(raw) }),
  );
  const scenarios = program
    .command('scenarios')
    .argument('[scenario]', 'an id, or a file of your own: what it teaches, its parameters, what to look for')
    .summary('list the scenarios, or explain one')
    .option(
      '--template',
      'print a scenario to start your own from: sockscope scenarios --template > mine.js',
    );
  addDisplayOptions(scenarios).action(
    (scenario: string | undefined, raw: RawDisplay & { template?: boolean }) =>
      actions.scenarios({
        scenario: scenario ?? null,
        template: raw.template === true,
        display: displayOptions(raw),
      }),
  );
  program
    .command('shell')
    .argument('[command...]', 'run this instead of a shell: sockscope shell -- nc -l 3500')
    .summary('a shell in a private network, to try things by hand')
    .description(
      'Opens a shell, or runs a command, in a private network of its own, as the user who asks. Whatever was started there ends with it. `sockscope run ID --role server` runs one side of an exercise in it.',
    )
    .option('-w, --output <file>', 'capture its packets into this file')
    .option('--force', 'with --output: replace an existing file')
    .addOption(languageOption())
    .option('--mtu <bytes>', 'MTU of its loopback (1280 to 65536)', wholeNumber(1280, 65_536), 1500)
    .action((command: readonly string[], raw: { output?: string; force?: boolean; mtu: number }) =>
      actions.shell({ command, output: raw.output ?? null, force: raw.force === true, mtu: raw.mtu }),
    );
  const doctor = program.command('doctor').summary('check what sockscope needs here, and say how to mend it');
  addDisplayOptions(doctor).action((raw: RawDisplay) => actions.doctor(displayOptions(raw)));
  for (const command of program.commands) {
    command.copyInheritedSettings(program).exitOverride().helpOption('-h, --help', 'print this help');
  }
  return program;
}
