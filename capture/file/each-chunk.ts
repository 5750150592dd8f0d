import { readSync } from 'node:fs';

const CHUNK = 256 * 1024;
const FIRST = 16 * 1024;

/**
 * The bytes of a file, from its start or another offset, chunk by chunk; each is good until the next, or stays in the room
 * that was given for it. The first are small: who looks at them can begin at once, and all of the code has run a few times
 * before it is compiled for speed.
 */
export function* eachChunk(
  fd: number,
  totalBytes: number,
  from = 0,
  roomOf: (() => Uint8Array) | null = null,
): Generator<Uint8Array, void> {
  let own: Uint8Array | null = null;
  const room = roomOf ?? (() => (own ??= new Uint8Array(Math.min(CHUNK, Math.max(totalBytes, 4096)))));
  let offset = from;
  for (let wanted = FIRST; ; wanted *= 2) {
    const chunk = room();
    const got = readSync(fd, chunk, 0, Math.min(wanted, chunk.length), offset);
    if (got === 0) return;
    offset += got;
    yield chunk.subarray(0, got);
  }
}

/** The same, up to where the disk fails, which becomes a problem of the file: what it still gave can be shown. */
export function* chunksUntilFailure(
  fd: number,
  totalBytes: number,
  from: number,
  told: { problem(offset: number, message: string): void },
  roomOf: (() => Uint8Array) | null = null,
): Generator<Uint8Array, void> {
  let read = from;
  try {
    for (const chunk of eachChunk(fd, totalBytes, from, roomOf)) {
      yield chunk;
      read += chunk.length;
    }
  } catch (error) {
    if (read === 0 || !(error instanceof Error && 'code' in error && error.code === 'EIO')) throw error;
    told.problem(read, 'the disk failed to read on from here; what is shown stands before');
  }
}
