import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { INSIDE_SHELL } from '../scenarios/inside-shell.ts';
import { enterCommand } from './launch.ts';
import { explainNamespaceFailure } from './namespace-failure.ts';

const SHELL_MAIN = fileURLToPath(new URL('./shell-main.js', import.meta.url));

/** What the shell's process is told, as JSON in its environment. */
export interface ShellSetup {
  /** Bytes. */
  readonly mtu: number;
  /** Run instead of an interactive shell; empty: a shell. */
  readonly command: readonly string[];
  /** Where its packets are saved; null: they are not captured. */
  readonly output: string | null;
  readonly force: boolean;
}

export const SHELL_VARIABLE = 'SOCKSCOPE_SHELL_SETUP';

/**
 * Runs a shell, or a command, in a private network, with this terminal; resolves with its exit code. All that it started
 * ends with it. Throws a UserError where there is no private network to be had.
 */
export async function runShell(setup: ShellSetup): Promise<number> {
  const isRoot = process.getuid?.() === 0;
  const [command = 'setpriv', ...words] = enterCommand('private', isRoot);
  const probe = spawnSync(command, [...words, 'true'], { encoding: 'utf8' });
  if (probe.status !== 0) throw explainNamespaceFailure(probe.stderr ?? '');
  // With a /proc of its own `ps` and `kill` agree about process ids; not every container allows one.
  const [, ...own] = enterCommand('private', isRoot, ['--mount', '--mount-proc']);
  const enter = spawnSync(command, [...own, 'true']).status === 0 ? own : words;
  const child = spawn(command, [...enter, process.execPath, SHELL_MAIN], {
    stdio: 'inherit',
    env: { ...process.env, [SHELL_VARIABLE]: JSON.stringify(setup), [INSIDE_SHELL]: '1' },
  });
  // A Ctrl-C is for what runs in the shell; we wait for its end.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', (error) => reject(explainNamespaceFailure(error.message)));
      child.on('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
    });
  } finally {
    process.off('SIGINT', ignore);
  }
}
