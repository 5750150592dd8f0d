import { read } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** How long to wait when a descriptor that someone made non-blocking has nothing yet, in ms. */
const NOTHING_YET_MS = 10;

/**
 * The bytes behind `fd`, from its start when it is a file, chunk by chunk; each is good until the next. Ends early when
 * `signal` is aborted. The descriptor stays open.
 */
export async function* chunksOf(
  fd: number,
  isFile: boolean,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const buffer = new Uint8Array(size);
  const abort = aborted(signal);
  let offset = 0;
  while (!signal?.aborted) {
    const got = await Promise.race([readSome(fd, buffer, isFile ? offset : null), abort]);
    if (got === 0) return;
    if (got < 0) {
      await setTimeout(NOTHING_YET_MS);
      continue;
    }
    offset += got;
    yield buffer.subarray(0, got);
  }
}

/** Bytes read; 0 at the end, -1 when there is nothing yet. */
function readSome(fd: number, buffer: Uint8Array, position: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.length, position, (error, got) => {
      if (error === null) resolve(got);
      else if (error.code === 'EAGAIN') resolve(-1);
      else reject(error);
    });
  });
}

function aborted(signal: AbortSignal | undefined): Promise<number> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(0), { once: true });
  });
}
