import { statSync } from 'node:fs';

/**
 * A block of the ring (TPACKET_V3, 256 KiB) is handed on after 4 to 8 ms whatever is in it: 32 MiB last 0.5 to 1 s, 8 MiB would
 * be full after 0.1 to 0.3 s, which is how long a capture process may wait for a processor on a busy machine.
 */
export const SMALL_RING = 32 << 20;
const LARGE_RING = 64 << 20;
const MANY_BYTES = 64_000_000;

/** By default a ring that holds what comes while the capture process waits for a processor. */
export function ringFor(parameters: Readonly<Record<string, unknown>>): number {
  return bytesToMove(parameters) > MANY_BYTES ? LARGE_RING : SMALL_RING;
}

/** What all clients together are asked to send. */
function bytesToMove({ size, file, clients }: Readonly<Record<string, unknown>>): number {
  const each = typeof file === 'string' && file !== '' ? fileSize(file) : Number(size ?? 0);
  return each * Math.max(1, Number(clients ?? 1));
}

/** 0 for a file that cannot be looked at: the scenario will say what is wrong with it. */
function fileSize(path: string): number {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
}
