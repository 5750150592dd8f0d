import { createGunzip } from 'node:zlib';

const CHUNK = 256 * 1024;

/**
 * Inflates a gzip stream into `take`, chunk by chunk as it comes. Returns what is wrong with the gzip, null when it is
 * whole; what came out before the damage has been taken. Errors of `take` and of `input` are thrown.
 */
export async function inflate(
  input: AsyncIterable<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<string | null> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  let damage: string | null = null;
  let thrown: { error: unknown } | null = null;
  // Taken as 'data' events, not by iterating: a stream that fails drops what it holds for an iterator.
  gunzip.on('data', (chunk: Uint8Array) => {
    if (thrown !== null) return;
    try {
      take(chunk);
    } catch (error) {
      thrown = { error };
    }
  });
  const done = new Promise<void>((resolve) => {
    gunzip.on('end', resolve);
    gunzip.on('error', (error) => {
      damage = error.message;
      resolve();
    });
  });
  const isOver = (): boolean => damage !== null || thrown !== null;
  for await (const chunk of input) {
    if (isOver()) break;
    await Promise.race([new Promise<void>((resolve) => gunzip.write(chunk, () => resolve())), done]);
  }
  if (!isOver()) gunzip.end();
  if (thrown === null) await done;
  gunzip.destroy();
  const failed = thrown as { error: unknown } | null;
  if (failed !== null) throw failed.error;
  return damage;
}
