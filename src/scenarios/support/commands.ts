import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Parameters } from '../parameters.ts';

/** What a command that a peer asked for has printed, and its exit status; 127 for one that is not allowed or not there. */
export interface CommandResult {
  readonly output: Buffer;
  readonly status: number;
}

/** Programs that tell something and change nothing, with the arguments that they may be given. */
const LISTED: Readonly<Record<string, RegExp>> = {
  cal: /^(?:\d{1,2} )?\d{0,4}$/,
  date: /^(?:-u)?$/,
  false: /^$/,
  true: /^$/,
  echo: /^[\w .,:!?-]*$/,
  hostname: /^$/,
  id: /^(?:-u|-un)?$/,
  ps: /^(?:ax|-e)?$/,
  pwd: /^$/,
  uname: /^(?:-a|-r|-s)?$/,
  uptime: /^$/,
  who: /^$/,
  whoami: /^$/,
};

/** The names of the commands that a peer may ask for without --allow-any-command. */
export const LISTED_COMMANDS: readonly string[] = Object.keys(LISTED);

/** Where they are looked for. */
const FOLDERS = ['/usr/bin', '/bin'];

const isInstalled = (name: string): boolean => FOLDERS.some((folder) => existsSync(join(folder, name)));

const NOBODY = 65_534;
const LIMIT = { timeout: 10_000, killSignal: 'SIGKILL', maxBuffer: 1 << 20 } as const;
/** Rights that a private network gives its processes are not for what a peer asks for. */
const POWERLESS = [
  'setpriv',
  '--no-new-privs',
  '--inh-caps=-all',
  '--ambient-caps=-all',
  '--pdeathsig',
  'KILL',
];

/**
 * Runs a command that a network peer asked for: one of a fixed list, or any (by the shell) with --allow-any-command, which is
 * refused outside of a private network. Never as uid 0 of the machine: then it is nobody's. Ends it after 10 s or 1 MiB.
 */
export function runForPeer(line: string, parameters: Parameters): CommandResult {
  const argv = argvOf(line.trim(), parameters);
  if (argv === null) {
    const list = LISTED_COMMANDS.join(', ');
    return { output: Buffer.from(`not allowed; one of ${list}\n`), status: 127 };
  }
  if (argv[0] !== 'sh' && !isInstalled(argv[0] ?? ''))
    return { output: Buffer.from(`${argv[0]} is not installed here\n`), status: 127 };
  const drop = process.getuid?.() === 0 ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
  const [program = '', ...words] = [...POWERLESS, ...drop, ...argv];
  const { stdout, stderr, status, error } = spawnSync(program, words, {
    ...LIMIT,
    cwd: '/',
    env: { PATH: FOLDERS.join(':'), LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const failed = error === undefined ? '' : `${error.message}\n`;
  return {
    output: Buffer.concat([stdout ?? '', stderr ?? '', failed].map((part) => Buffer.from(part))),
    status: status ?? 127,
  };
}

/** The exit status of a command that a peer asked for, as a sentence for its reply; or why it was not run. */
export function runCommand(line: string, parameters: Parameters): string {
  if (argvOf(line.trim(), parameters) === null) return `not on the list: ${LISTED_COMMANDS.join(' ')}`;
  return `exit status ${runForPeer(line, parameters).status}`;
}

function argvOf(line: string, parameters: Parameters): readonly string[] | null {
  const { 'allow-any-command': any = false, net } = parameters.all();
  if (any === true && net === 'private') return ['sh', '-c', line];
  const [name = '', ...words] = line.split(/\s+/);
  if (!Object.hasOwn(LISTED, name) || LISTED[name]?.test(words.join(' ')) !== true) return null;
  return [name, ...words];
}
