import { Socket } from 'node:net';

/**
 * What comes out of the pipe, FIFO or socket open at `fd`, as it comes, until it is closed or `signal` is aborted. Not by
 * read(2) in a thread, which nothing could end. The descriptor is closed at the end.
 */
export async function* pipeChunks(
  fd: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const socket = new Socket({ fd, readable: true, writable: false });
  const end = (): void => {
    socket.destroy();
  };
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of socket) yield chunk;
  } catch (error) {
    // The stream complains that it was ended; we ended it.
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', end);
    socket.destroy();
  }
}
