import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { EXIT, UserError } from '../../../capture/user-error.ts';
import { MAX_SIZE } from '../parameter-table.ts';
import type { Parameters } from '../parameters.ts';

/** Bytes to send, made or read piece by piece: a gigabyte is never held. */
export interface Payload {
  readonly length: number;
  /** The bytes from `offset`, at most `length` of them; valid until the next call. */
  slice(offset: number, length: number): Buffer;
  close(): void;
}

/** Odd, so that the same bytes never fall on the same place of a chunk in the next lap. */
const BLOCK = (1 << 20) + 7;
const STAMP_EVERY = 1 << 16;

/** What the parameters say is sent: --file, --size pseudo-random bytes, or the text of --message. */
export function payloadOf(parameters: Parameters, salt = 0): Payload {
  const values = parameters.all();
  if (typeof values.file === 'string') return filePayload(values.file);
  if (typeof values.size === 'number') return randomPayload(values.size, parameters.number('seed') + salt);
  return textPayload(parameters.text('message'));
}

/** What cannot be said in the transfers' 4 bytes of length is refused by a UserError (exit code 2). */
export function checkContent(parameters: Parameters): void {
  const file = parameters.optionalText('file');
  if (file === null || statSync(file).size <= MAX_SIZE) return;
  throw new UserError(`--file ${file}: too large`, {
    hint: `its length has to fit into 4 bytes: at most ${MAX_SIZE} bytes`,
    exitCode: EXIT.usage,
  });
}

export function textPayload(text: string): Payload {
  const bytes = Buffer.from(text);
  return {
    length: bytes.length,
    slice: (offset, length) => bytes.subarray(offset, offset + length),
    close: () => {},
  };
}

/**
 * `length` bytes that depend on the seed and their offset only: one block of pseudo-random bytes over and over, with the
 * offset stamped into every 64 KiB. Copying a block takes a tenth of the time that fresh pseudo-random bytes would.
 */
export function randomPayload(length: number, seed: number): Payload {
  const block = randomBlock(Math.min(BLOCK, length), seed);
  let piece = Buffer.alloc(0);
  return {
    length,
    slice: (offset, wanted) => {
      const size = Math.max(0, Math.min(wanted, length - offset));
      if (piece.length < size) piece = Buffer.allocUnsafe(size);
      const bytes = piece.subarray(0, size);
      for (let done = 0; done < size; ) {
        const from = (offset + done) % block.length;
        done += block.copy(bytes, done, from, from + size - done);
      }
      stamp(bytes, offset);
      return bytes;
    },
    close: () => {},
  };
}

/** xorshift32 (Marsaglia 2003), four bytes a step. */
function randomBlock(length: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = (Math.imul(seed, 0x9e37_79b1) ^ 0x85eb_ca6b) >>> 0 || 1;
  for (let i = 0; i < words.length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return Buffer.from(words.buffer, 0, length);
}

/** Writes each stamp's own offset (8 bytes, big-endian), as far as it falls into these bytes. */
function stamp(bytes: Buffer, offset: number): void {
  const first = Math.max(1, Math.floor(offset / STAMP_EVERY));
  for (let at = first * STAMP_EVERY; at < offset + bytes.length; at += STAMP_EVERY) {
    for (let i = 0; i < 8; i += 1) {
      const to = at + i - offset;
      if (to >= 0 && to < bytes.length) bytes[to] = Math.floor(at / 256 ** (7 - i)) % 256;
    }
  }
}

function filePayload(path: string): Payload {
  const fd = openSync(path, 'r');
  const length = fstatSync(fd).size;
  let piece = Buffer.alloc(0);
  return {
    length,
    slice: (offset, wanted) => {
      const size = Math.max(0, Math.min(wanted, length - offset));
      if (piece.length < size) piece = Buffer.allocUnsafe(size);
      let done = 0;
      while (done < size) {
        const got = readSync(fd, piece, done, size - done, offset + done);
        if (got === 0) throw new Error(`${path} became shorter while it was sent`);
        done += got;
      }
      return piece.subarray(0, size);
    },
    close: () => closeSync(fd),
  };
}
