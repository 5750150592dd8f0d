import { fstatSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { statsOf } from './stats-of.ts';

const LOOK_EVERY_MS = 100;

/** Waits at the end of a file for more, as `tail -f` does, and says why no more will come. */
export class FileFollower {
  /** What ended the following, other than the user; null for nothing. */
  note: string | null = null;
  private readonly fd: number;
  private readonly path: string | null;
  private readonly signal: AbortSignal;

  /** `path` is looked at to see whether the file was replaced; null for a descriptor, whose path is not known. */
  constructor(fd: number, path: string | null, signal: AbortSignal) {
    this.fd = fd;
    this.path = path;
    this.signal = signal;
  }

  /** Whether there is more than the `bytes` that were read; resolves when there is, or when there will not be. */
  async more(bytes: number): Promise<boolean> {
    while (!this.signal.aborted) {
      const { size } = fstatSync(this.fd);
      if (size > bytes) return true;
      if (size < bytes) {
        this.note = `the file was cut to ${size} bytes while it was followed; what is shown was read before`;
        return false;
      }
      if (this.isGone()) {
        // What was written between the two looks is still to be read.
        if (fstatSync(this.fd).size > bytes) return true;
        this.note = 'another file has taken its place, or it was removed: it was followed up to its end';
        return false;
      }
      await setTimeout(LOOK_EVERY_MS);
    }
    return false;
  }

  private isGone(): boolean {
    if (this.path === null) return false;
    const found = statsOf(this.path);
    const { ino, dev } = fstatSync(this.fd);
    return found === undefined || found.ino !== ino || found.dev !== dev;
  }
}
