import { EXIT, UserError } from '../../../capture/user-error.ts';

/** Throws a UserError (exit code 2) where a message has no bytes; `why` says what needs them. */
export function refuseEmpty(message: { readonly length: number }, why: string): void {
  if (message.length > 0) return;
  throw new UserError(`an empty --message does not show anything here: ${why}`, {
    hint: 'give a --message of one byte or more, or leave it out',
    exitCode: EXIT.usage,
  });
}
