import { resolve } from 'node:path';
import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import { becomeUser, invokingUser } from '../lab/privileges.ts';
import { runShell } from '../lab/shell.ts';

export interface ShellOptions {
  readonly command: readonly string[];
  readonly output: string | null;
  readonly force: boolean;
  readonly mtu: number;
}

const WELCOME = `A shell in a network of its own: only what you start here is in it, and it ends with the shell.
  sockscope run tcp-echo --role server &      one side of an exercise; be the other: nc 127.0.0.1 3500
  nc -l 127.0.0.1 3500 &                      or the other way round: sockscope run tcp-echo --role client
`;

/** `sockscope shell`: a shell in a private network, as the user who asked for it. Gives the shell's own exit code. */
export async function shellCommand({ command, output, force, mtu }: ShellOptions): Promise<ExitCode> {
  const owner = invokingUser();
  if (owner !== null) becomeUser(owner); // behind sudo: nothing here needs root
  if (command.length === 0 && process.stdin.isTTY === true) process.stderr.write(WELCOME);
  const code = await runShell({ command, force, mtu, output: output === null ? null : resolve(output) });
  if (command.length === 0) return EXIT.done;
  // A command's own exit code is what a script asks for.
  return code as ExitCode;
}
