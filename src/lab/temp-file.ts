import { randomBytes } from 'node:crypto';
import { openSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Opens a new file that has no name any more: it goes away with its last descriptor, whatever way the processes end.
 * @param flags 'wx+' to write anywhere, 'ax+' when several processes append to it.
 */
export function openNamelessFile(flags: 'wx+' | 'ax+'): number {
  const path = join(tmpdir(), `sockscope-${randomBytes(9).toString('base64url')}`);
  const fd = openSync(path, flags, 0o600);
  unlinkSync(path);
  return fd;
}
