import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';

const MFD_CLOEXEC = 1;

/** A file of ours without a name, open for reading and writing; nothing is left of it however we end. */
export function openScratchFile(name: string): { readonly fd: number; close(): void } {
  const memfdCreate: (name: string, flags: number) => number = koffi
    .load(null)
    .func('int memfd_create(const char *name, unsigned int flags)');
  const memory = memfdCreate(name, MFD_CLOEXEC);
  const fd = memory >= 0 ? memory : openUnlinked(name);
  return { fd, close: () => closeSync(fd) };
}

function openUnlinked(name: string): number {
  const directory = mkdtempSync(join(tmpdir(), `sockscope-${name}-`));
  try {
    return openSync(join(directory, 'scratch'), 'wx+', 0o600);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
