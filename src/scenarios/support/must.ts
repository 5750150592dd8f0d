import type { Errno } from '../../sockets/errno.ts';
import type { CallResult, Socket } from '../../sockets/types.ts';
import type { RoleContext } from '../scenario.ts';

/** A call failed that the exercise needs: the role ends with exit code 1. Its message is already printed and reported. */
export class CallFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CallFailed';
    this.stack = message; // the call's own row in the ladder says where it was made
  }
}

/** The value of a call that has to succeed; otherwise the role says which call failed, and ends. */
export function must<T>(role: RoleContext, call: string, result: CallResult<T>): T {
  if (result.ok) return result.value;
  return fail(role, call, result.errno);
}

/** The socket that socket() or accept() made; otherwise the role says which of them failed, and ends. */
export function opened(role: RoleContext, call: 'socket' | 'accept', made: Socket): Socket {
  return made.errno === null ? made : fail(role, call, made.errno);
}

/** Ends the role because of `errno`. */
function fail(role: RoleContext, call: string, errno: Errno): never {
  return giveUp(role, `${call} failed: ${errno}`);
}

/** Ends the role with exit code 1 and says why. */
export function giveUp(role: RoleContext, message: string): never {
  role.report('failed', message);
  role.print(message);
  throw new CallFailed(message);
}
