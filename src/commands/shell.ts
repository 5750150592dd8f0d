import { resolve } from 'node:path';
import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import { becomeUser, invokingUser } from '../lab/privileges.ts';
import { runShell } from '../lab/shell.ts';
import { words } from '../words/words.ts';

export interface ShellOptions {
  readonly command: readonly string[];
  readonly output: string | null;
  readonly force: boolean;
  readonly mtu: number;
}

/** `sockscope shell`: a shell in a private network, as the user who asked for it. Gives the shell's own exit code. */
export async function shellCommand({ command, output, force, mtu }: ShellOptions): Promise<ExitCode> {
  const owner = invokingUser();
  if (owner !== null) becomeUser(owner); // behind sudo: nothing here needs root
  if (command.length === 0 && process.stdin.isTTY === true) process.stderr.write(words().texts.shell);
  const code = await runShell({ command, force, mtu, output: output === null ? null : resolve(output) });
  if (command.length === 0) return EXIT.done;
  // A command's own exit code is what a script asks for.
  return code as ExitCode;
}
