import { writeSync } from 'node:fs';
import { sleep } from '../scenarios/support/sleep.ts';
import { MSG_PEEK } from '../sockets/constants.ts';
import { lastErrno, recv } from '../sockets/libc.ts';
import { CONTROL_FD, type FromRole, MOST_TO_ROLE, type ToRole } from './protocol.ts';

const NEWLINE = 0x0a;
const EINTR = 4;
/** How often it is looked whether another thread or child has taken the message in front of ours. */
const LOOK_AGAIN_MS = 1;

const buffer = Buffer.alloc(MOST_TO_ROLE);

/** Written at once, because the role may block in its next call for long. */
export function tellLab(message: FromRole): void {
  writeSync(CONTROL_FD, `${JSON.stringify(message)}\n`);
}

/**
 * Blocks until the lab tells this role something, in plain blocking code: no event loop runs in a role. Its threads and
 * children read from the same socket, so each looks at the message in front and takes it only if it is for itself.
 * Ends the process when the lab is gone.
 */
export function awaitLab(role: string): ToRole {
  for (;;) {
    const seen = receive(MSG_PEEK, buffer.length);
    const end = buffer.subarray(0, seen).indexOf(NEWLINE);
    if (end >= 0) {
      const message = JSON.parse(buffer.toString('utf8', 0, end)) as ToRole;
      if (message.to === role) {
        receive(0, end + 1);
        return message;
      }
    }
    sleep(LOOK_AGAIN_MS);
  }
}

function receive(flags: number, size: number): number {
  for (;;) {
    const got = recv(CONTROL_FD, buffer, size, flags);
    if (got > 0) return got;
    if (got === 0 || lastErrno() !== EINTR) process.exit(1);
  }
}
