import { closeSync, readSync } from 'node:fs';

/** Enough for most neighbours of a frame that is looked at by itself. */
const SMALL = 16 * 1024;
/** Read ahead at most, more each time, when frames are asked for one after the other. */
const LARGE = 256 * 1024;

/** Bytes of a file by offset: one window of it is kept, larger when it is read through. */
export class FrameSource {
  private readonly fd: number;
  /** Made with the first frame that is asked for: many files are read through without any. */
  private window = new Uint8Array(0);
  private start = 0;
  private length = 0;
  /** Bytes that somebody else holds for now, and where they start in the file. */
  private lent: Uint8Array = new Uint8Array(0);
  private lentStart = 0;
  private closed = false;

  constructor(fd: number) {
    this.fd = fd;
  }

  /** The `length` bytes at `offset`, fewer when the file ends before; good until the next call. */
  read(offset: number, length: number): Uint8Array {
    const within = offset - this.lentStart;
    if (within >= 0 && within + length <= this.lent.length)
      return this.lent.subarray(within, within + length);
    const from = offset - this.start;
    if (from < 0 || from + length > this.length) this.load(offset, length);
    const at = offset - this.start;
    return this.window.subarray(at, Math.min(at + length, this.length));
  }

  /** The same, good beyond that: as long as what is lent, or for ever. */
  keep(offset: number, length: number): Uint8Array {
    const bytes = this.read(offset, length);
    return bytes.buffer === this.lent.buffer ? bytes : bytes.slice();
  }

  /** What was read of the file already, from `start` on: it need not be read again as long as it is lent. */
  lend(bytes: Uint8Array, start: number): void {
    this.lent = bytes;
    this.lentStart = start;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.fd);
  }

  private load(offset: number, length: number): void {
    const end = this.start + this.length;
    const onwards = offset >= this.start && offset <= end + SMALL && this.length > 0;
    const ahead = onwards ? Math.min(LARGE, this.window.length * 2) : SMALL;
    const wanted = Math.max(length, ahead);
    if (wanted > this.window.length) this.window = new Uint8Array(wanted);
    this.start = offset;
    this.length = 0;
    while (this.length < wanted) {
      const got = this.readSome(wanted, offset + this.length);
      if (got === 0) return;
      this.length += got;
    }
  }

  /** A disk that fails ends a frame as a file that was cut does: that it fails was said when the file was read. */
  private readSome(wanted: number, position: number): number {
    try {
      return readSync(this.fd, this.window, this.length, wanted - this.length, position);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EIO') return 0;
      throw error;
    }
  }
}
