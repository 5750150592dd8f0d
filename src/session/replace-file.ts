import { closeSync, constants, openSync, renameSync, unlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { errnoName } from './block-file.ts';

/** Fills a descriptor in steps; returns null or the errno name of what went wrong. */
export type Fill = (fd: number) => Generator<void, string | null>;

// <asm-generic/fcntl.h>, <linux/fcntl.h>
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
const AT_FDCWD = -100;
const AT_SYMLINK_FOLLOW = 0x400;

/**
 * Puts a new file in the place of `path` at once: a reader finds the old or the new one, whole. While it is written it
 * has no name, so that nothing is left behind if we are killed. Returns null or the errno name of what went wrong.
 */
export function* replaceFile(path: string, fill: Fill): Generator<void, string | null> {
  const beside = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}`);
  const outcome = yield* replaceUnnamed(path, beside, fill);
  return outcome === undefined ? yield* replaceNamed(path, beside, fill) : outcome;
}

/** undefined where the file system or libc has no such files. */
function* replaceUnnamed(
  path: string,
  beside: string,
  fill: Fill,
): Generator<void, string | null | undefined> {
  const fd = openUnnamed(dirname(path));
  if (fd === null) return undefined;
  try {
    const problem = yield* fill(fd);
    if (problem !== null) return problem;
    if (!giveName(fd, beside)) return undefined;
    renameSync(beside, path);
    return null;
  } catch (error) {
    return errnoName(error);
  } finally {
    closeSync(fd);
  }
}

function* replaceNamed(path: string, beside: string, fill: Fill): Generator<void, string | null> {
  let fd: number | null = null;
  try {
    fd = openSync(beside, 'wx', 0o600);
    const problem = yield* fill(fd);
    if (problem === null) renameSync(beside, path);
    else unlinkSync(beside);
    return problem;
  } catch (error) {
    if (fd !== null) unlinkSync(beside);
    return errnoName(error);
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

function openUnnamed(directory: string): number | null {
  try {
    return openSync(directory, O_TMPFILE | constants.O_RDWR, 0o600);
  } catch {
    // NFS, FAT and old overlay file systems have no files without a name.
    return null;
  }
}

/** link(2) of Node does not follow /proc's link to the descriptor, so libc is asked (open(2), O_TMPFILE). */
function giveName(fd: number, name: string): boolean {
  try {
    const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
    const linkat: (from: number, path: string, to: number, name: string, flags: number) => number = koffi
      .load(null)
      .func('int linkat(int from, const char *path, int to, const char *name, int flags)');
    return linkat(AT_FDCWD, `/proc/self/fd/${fd}`, AT_FDCWD, name, AT_SYMLINK_FOLLOW) === 0;
  } catch {
    return false;
  }
}
