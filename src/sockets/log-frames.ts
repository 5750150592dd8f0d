import { check, FRAME, FRAME_WORDS, headerCheck, MAGIC } from './log-format.ts';

/** No frame is longer: 1 GiB, the most that one call's data may take with --verify. */
const LONGEST_FRAME = 1 << 30;
const MAGIC_BYTES = Buffer.from(Uint32Array.of(MAGIC).buffer);

export interface Frame {
  /** The words of the frame, aligned; valid until the next frame is taken. */
  readonly words: Uint32Array;
}

/** Cuts the log into frames, whatever the sizes of the pieces it comes in, and passes over bytes that are none. */
export class FrameCutter {
  /** Bytes that belonged to no whole frame. */
  skipped = 0;
  private buffer = Buffer.alloc(0);

  feed(chunk: Uint8Array): void {
    this.buffer = this.buffer.byteLength === 0 ? Buffer.from(chunk) : Buffer.concat([this.buffer, chunk]);
  }

  /** Bytes kept until more come. */
  get waiting(): number {
    return this.buffer.byteLength;
  }

  /** The next whole frame, or null until more bytes come. With `isLast`, a frame cut short is passed over too. */
  next(isLast: boolean): Frame | null {
    for (;;) {
      const length = this.frameLength();
      if (length === null && !isLast) return null;
      if (length !== null && length > 0 && length <= this.buffer.byteLength) {
        const words = aligned(this.buffer.subarray(0, length));
        if (check(words, FRAME_WORDS, words.length) === words[FRAME.bodyCheck]) {
          this.buffer = this.buffer.subarray(length);
          return { words };
        }
      } else if (length !== null && length > 0 && !isLast) return null;
      if (this.buffer.byteLength === 0) return null;
      this.resynchronise();
    }
  }

  /** Length of the frame at the front in bytes; 0 when there is none, null while its header is incomplete. */
  private frameLength(): number | null {
    if (this.buffer.byteLength < FRAME_WORDS * 4) return null;
    const words = aligned(this.buffer.subarray(0, FRAME_WORDS * 4));
    const length = words[FRAME.bytes] ?? 0;
    const isHeader = words[FRAME.magic] === MAGIC && headerCheck(words, 0) === words[FRAME.headerCheck];
    return isHeader && length >= FRAME_WORDS * 4 && length % 4 === 0 && length <= LONGEST_FRAME ? length : 0;
  }

  /** Drops at least one byte, up to the next that may begin a frame. */
  private resynchronise(): void {
    const found = this.buffer.indexOf(MAGIC_BYTES, 1);
    // The last three bytes may be the beginning of a magic number.
    const to = found >= 0 ? found : Math.max(1, this.buffer.byteLength - 3);
    this.skipped += to;
    this.buffer = this.buffer.subarray(to);
  }
}

/** The bytes as words; copied when they do not lie on a word's border. */
function aligned(bytes: Buffer): Uint32Array {
  if (bytes.byteOffset % 4 === 0)
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return new Uint32Array(new Uint8Array(bytes).buffer);
}
