/** Set in `sockscope shell`: there 'the machine's own network' is the shell's, which runs of one role then use. */
export const INSIDE_SHELL = 'SOCKSCOPE_SHELL';

/** Whether this process runs in such a shell. */
export function isInsideShell(): boolean {
  return process.env[INSIDE_SHELL] !== undefined;
}
