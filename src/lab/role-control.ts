import { readSync, writeSync } from 'node:fs';
import { CONTROL_FD } from './protocol.ts';

/** What a role tells the lab: one JSON object a line on its control descriptor. */
export type FromRole =
  | { readonly type: 'ready'; readonly pid: number }
  | {
      readonly type: 'report';
      readonly role: string;
      readonly key: string;
      readonly value: string | number | boolean;
    }
  | { readonly type: 'progress'; readonly role: string; readonly done: number; readonly total: number }
  | { readonly type: 'print'; readonly role: string; readonly line: string }
  | { readonly type: 'waiting'; readonly role: string; readonly call: string };

/** Written at once, because the role may block in its next call for long. */
export function tellLab(message: FromRole): void {
  writeSync(CONTROL_FD, `${JSON.stringify(message)}\n`);
}

/** Blocks until the lab says go: one byte a go. Ends the process when the lab is gone. */
export function awaitGo(): void {
  const byte = new Uint8Array(1);
  if (readSync(CONTROL_FD, byte, 0, 1, null) === 0) process.exit(1);
}
