import { ftruncateSync, writeSync } from 'node:fs';

const BATCH = 1 << 20;
const MIN_BLOCK = 12;
const RETRY_MS = 5;
const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/**
 * Appends whole pcapng blocks to a descriptor, in batches. A write that fails (disk full) is kept as `problem`, the file
 * is cut to its last whole block, and what comes later is dropped: nothing is thrown.
 */
export class BlockFile {
  readonly fd: number;
  /** Errno name of the first write that failed. */
  problem: string | null = null;
  private size = 0;
  private batch: Uint8Array[] = [];
  private batchLength = 0;

  constructor(fd: number) {
    this.fd = fd;
  }

  push(block: Uint8Array): void {
    if (this.problem !== null) return;
    this.batch.push(block);
    this.batchLength += block.length;
    if (this.batchLength >= BATCH) this.flush();
  }

  flush(): void {
    if (this.batchLength === 0 || this.problem !== null) return;
    const bytes = Buffer.concat(this.batch, this.batchLength);
    this.batch = [];
    this.batchLength = 0;
    let written = 0;
    try {
      while (written < bytes.length) written += writeSome(this.fd, bytes, written);
    } catch (error) {
      this.problem = errnoName(error);
      this.cut(this.size + wholeBlocks(bytes, written));
    }
    this.size += written;
  }

  private cut(length: number): void {
    try {
      ftruncateSync(this.fd, length);
    } catch {
      // A pipe cannot be cut; readers take a stream that ends anywhere.
    }
  }
}

/** Waits where a pipe that somebody made non-blocking is full. */
function writeSome(fd: number, bytes: Uint8Array, from: number): number {
  try {
    return writeSync(fd, bytes, from);
  } catch (error) {
    if (errnoName(error) !== 'EAGAIN') throw error;
    Atomics.wait(PAUSE, 0, 0, RETRY_MS);
    return 0;
  }
}

/** The errno name of a failed file operation; anything else is a bug and is thrown again. */
export function errnoName(error: unknown): string {
  if (error instanceof Error && 'code' in error && 'errno' in error) return String(error.code);
  throw error;
}

/** Length of the whole blocks within the first `written` bytes. */
function wholeBlocks(bytes: Buffer, written: number): number {
  let at = 0;
  while (at + MIN_BLOCK <= written) {
    const next = at + bytes.readUInt32LE(at + 4);
    if (next > written) break;
    at = next;
  }
  return at;
}
