import { fstatSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CallLogReader } from '../sockets/call-log-reader.ts';
import { PACKAGE_ROOT } from './package-root.ts';

/** How often the log is looked at while a server gets ready; it is a file, so there is nothing to wait on. */
const LOOK_EVERY_MS = 1;

/** Follows the call log through its own read position. */
export class LogFollower {
  readonly reader = new CallLogReader({ root: PACKAGE_ROOT });
  private readonly fd: number;
  private position = 0;
  private readonly chunk = Buffer.allocUnsafe(1 << 16);

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Reads what has been appended since, or as much of it as `forMs` allow. Returns whether there was anything. */
  read(forMs = Number.POSITIVE_INFINITY): boolean {
    const end = fstatSync(this.fd).size;
    if (this.position >= end) return false;
    const limit = performance.now() + forMs;
    do {
      const got = readSync(this.fd, this.chunk, 0, this.chunk.length, this.position);
      if (got === 0) break;
      this.position += got;
      this.reader.feed(this.chunk.subarray(0, got));
    } while (this.position < end && performance.now() < limit);
    return true;
  }
}

/** Resolves with true once each of `roles` has returned from `call` without failing, with false when `givenUp` says so. */
export async function awaitCall(
  log: LogFollower,
  roles: readonly string[],
  call: string,
  givenUp: () => boolean,
): Promise<boolean> {
  for (;;) {
    log.read();
    if (roles.every((role) => log.reader.hasReturned(role, call))) return true;
    if (givenUp()) return false;
    await delay(LOOK_EVERY_MS);
  }
}
