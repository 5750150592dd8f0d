import { readSync, writeSync } from 'node:fs';
import { CONTROL_FD, type FromRole } from './protocol.ts';

/** Written at once, because the role may block in its next call for long. */
export function tellLab(message: FromRole): void {
  writeSync(CONTROL_FD, `${JSON.stringify(message)}\n`);
}

/** Blocks until the lab says go: one byte a go. Ends the process when the lab is gone. */
export function awaitGo(): void {
  const byte = new Uint8Array(1);
  if (readSync(CONTROL_FD, byte, 0, 1, null) === 0) process.exit(1);
}
