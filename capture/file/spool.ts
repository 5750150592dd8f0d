import { closeSync, mkdtempSync, openSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A temporary file without a name: nothing is left behind however the process ends. Holds what comes from a pipe or
 * out of a gzip, so that frames can be read again.
 */
export class Spool {
  readonly fd: number;
  private length = 0;

  constructor() {
    const directory = mkdtempSync(join(tmpdir(), 'sockscope-'));
    const path = join(directory, 'capture');
    try {
      this.fd = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
    } finally {
      rmdirSync(directory);
    }
  }

  /** Appends all of `chunk`; throws what write(2) fails with (ENOSPC…). */
  append(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const written = writeSync(this.fd, chunk, at, chunk.length - at, this.length);
      at += written;
      this.length += written;
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}
