/** Exit codes of the command line, as its help lists them. */
export const EXIT = {
  done: 0,
  /** The scenario did not go as told, a check failed, or a bug of ours. */
  failed: 1,
  usage: 2,
  cannotCapture: 3,
  /** Input damaged; what could be read was still printed. */
  damaged: 4,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something the user can mend: what happened, and in `hint` what to do next. Anything else that is thrown is our bug. */
export class UserError extends Error {
  readonly hint: string;
  readonly exitCode: ExitCode;
  constructor(message: string, { hint, exitCode }: { hint: string; exitCode: ExitCode }) {
    super(message);
    this.name = 'UserError';
    this.hint = hint;
    this.exitCode = exitCode;
  }
}
