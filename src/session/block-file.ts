import { ftruncateSync, writeSync } from 'node:fs';

const BATCH = 1 << 20;
const RETRY_MS = 5;
const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/**
 * Appends whole blocks to a descriptor, in batches. A write that fails (disk full) is kept as `problem`, the file
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
    const blocks = this.batch;
    const bytes = Buffer.concat(blocks, this.batchLength);
    this.batch = [];
    this.batchLength = 0;
    let written = 0;
    try {
      while (written < bytes.length) written += writeSome(this.fd, bytes, written);
    } catch (error) {
      this.problem = errnoName(error);
      this.cut(this.size + wholeBlocks(blocks, written));
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

/** Length of the blocks that are whole within the first `written` bytes. */
function wholeBlocks(blocks: readonly Uint8Array[], written: number): number {
  let length = 0;
  for (const block of blocks) {
    if (length + block.length > written) break;
    length += block.length;
  }
  return length;
}
