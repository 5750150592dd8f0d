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
  /** Where the next bytes go once the file was begun anew; before, where the descriptor stands. */
  private position: number | null = null;
  /** Blocks are copied here at once: hundreds of thousands of small buffers that wait for a write keep the collector busy. */
  private batch = Buffer.allocUnsafe(0);
  private batchLength = 0;
  /** Where each block of the batch ends. */
  private ends: number[] = [];

  constructor(fd: number) {
    this.fd = fd;
  }

  push(block: Uint8Array): void {
    if (this.problem !== null) return;
    if (this.batchLength + block.length > this.batch.length) this.flush();
    if (this.batch.length < block.length) this.batch = Buffer.allocUnsafe(Math.max(BATCH, block.length));
    this.batch.set(block, this.batchLength);
    this.batchLength += block.length;
    this.ends.push(this.batchLength);
  }

  flush(): void {
    if (this.batchLength === 0 || this.problem !== null) return;
    const { ends } = this;
    const bytes = this.batch.subarray(0, this.batchLength);
    this.batchLength = 0;
    this.ends = [];
    let written = 0;
    try {
      while (written < bytes.length)
        written += writeSome(
          this.fd,
          bytes,
          written,
          this.position === null ? null : this.position + written,
        );
    } catch (error) {
      this.problem = errnoName(error);
      this.cut(this.size + wholeBlocks(ends, written));
    }
    this.size += written;
    if (this.position !== null) this.position += written;
  }

  /** Goes on at the beginning of the file, which has been emptied. */
  rewind(): void {
    this.batchLength = 0;
    this.ends = [];
    this.size = 0;
    this.position = 0;
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
function writeSome(fd: number, bytes: Uint8Array, from: number, position: number | null): number {
  try {
    return writeSync(fd, bytes, from, bytes.length - from, position);
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

/** Where the last block ends that is whole within the first `written` bytes. */
function wholeBlocks(ends: readonly number[], written: number): number {
  let length = 0;
  for (const end of ends) {
    if (end > written) break;
    length = end;
  }
  return length;
}
