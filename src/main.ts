import { warmUp } from '../capture/file/reading-thread.ts';
import { EXIT, type ExitCode, UserError } from '../capture/user-error.ts';
import { complainOf } from './commands/complaint.ts';
import type { Views } from './commands/views.ts';
import { outliveTerminal } from './lost-terminal.ts';
import { inWords } from './session/errno-words.ts';
import { VERSION } from './version.ts';
import { languageOfLocale, setLanguage } from './words/language.ts';

/** The composition root: commands get the views here, and errors become messages and exit codes. */

/** The reader of our output has gone away (`| head`): nothing is wrong, and nobody is there to be told. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  process.stderr.write(
    `sockscope: cannot write standard output: ${inWords(error.code ?? error.message)}\n` +
      '  what was written before is there; make room, or send the output elsewhere\n',
  );
  process.exit(EXIT.usage);
});

/** A bare `sockscope` has no option but --lang. */
const HOME = { format: 'auto', width: null, ascii: false, colour: null, all: false } as const;

startReading(process.argv.slice(2));
outliveTerminal();
setLanguage(languageOfLocale(process.env));
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

async function main(argv: readonly string[]): Promise<ExitCode> {
  const { buildProgram, isBare } = await import('./cli/program.ts');
  let code: ExitCode = EXIT.done;
  const keep = async (exit: Promise<ExitCode>) => {
    code = await exit;
  };
  const program = buildProgram({
    run: async (options) => keep((await import('./commands/run.ts')).runCommand(options, await loadViews())),
    open: async (options) =>
      keep((await import('./commands/open.ts')).openCommand(options, await loadViews())),
    check: async (options) => keep((await import('./commands/check.ts')).checkCommand(options, loadViews)),
    compare: async (options) =>
      keep((await import('./commands/compare.ts')).compareCommand(options, await loadViews())),
    convert: async (options) => keep((await import('./commands/convert.ts')).convertCommand(options)),
    packets: async (options) => keep((await import('./commands/packets.ts')).packetsCommand(options)),
    live: async (options) =>
      keep((await import('./commands/live.ts')).liveCommand(options, await loadViews())),
    scenarios: async (options) =>
      keep((await import('./commands/scenarios.ts')).scenariosCommand(options, await loadViews())),
    shell: async (options) => keep((await import('./commands/shell.ts')).shellCommand(options)),
    doctor: async (options) =>
      keep((await import('./commands/doctor.ts')).doctorCommand(options, await loadViews())),
  });
  try {
    if (isBare(program, argv)) return await home(program.helpInformation());
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, argv.includes('--debug'));
  }
}

/** What `check` reads a large file with takes as long to begin as all the rest here: it begins before words are understood. */
function startReading([command, ...words]: readonly string[]): void {
  if (command !== 'check' || /--threads[ =]1|--against/.test(words.join(' '))) return;
  const file = words.find((word) => !word.startsWith('-'));
  if (file !== undefined) warmUp(file);
}

/** The full screen, where there is a terminal for it; else what commands there are. */
async function home(help: string): Promise<ExitCode> {
  if ((await import('./commands/terminal.ts')).wantsScreen(HOME))
    return (await loadViews()).screen({ kind: 'home' }, HOME);
  process.stderr.write(help);
  return EXIT.usage;
}

async function loadViews(): Promise<Views> {
  return (await import('../views/views.ts')).views;
}

/** What, why, and what to do next; a stack only for --debug and for our own bugs. */
function explain(error: unknown, debug: boolean): ExitCode {
  if (isCommanderError(error)) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof UserError) {
    complainOf(error);
    if (debug) process.stderr.write(`${error.stack}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    `sockscope: a bug in sockscope, sorry\n${stack}\n` +
      `  please report it with the command line and: sockscope ${VERSION}, Node ${process.version}, ${process.platform}\n`,
  );
  return EXIT.failed;
}

/** commander has printed its own message by then. */
function isCommanderError(error: unknown): error is Error & { exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}
