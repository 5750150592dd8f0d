import { readSync } from 'node:fs';

const CHUNK = 256 * 1024;

/** The bytes of a file, from its start or another offset, chunk by chunk; each is good until the next. */
export function* eachChunk(fd: number, totalBytes: number, from = 0): Generator<Uint8Array, void> {
  const chunk = new Uint8Array(Math.min(CHUNK, Math.max(totalBytes, 4096)));
  for (let offset = from; ; ) {
    const got = readSync(fd, chunk, 0, chunk.length, offset);
    if (got === 0) return;
    offset += got;
    yield chunk.subarray(0, got);
  }
}
