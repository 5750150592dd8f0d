import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../support/tools.ts';

/** What compiled code looks for beside itself: what it imports, that it is a module, and what inputs are made of. */
const BESIDE = ['node_modules', 'package.json', 'samples'] as const;

/**
 * Compiles the process that tries inputs, and all that it runs, into a folder; gives its path. Compiled while it runs, as tests
 * are, every function that is made would be named by a call, and every import asked for in another thread: twice the time. The
 * folder is the run's own: what is edited while it goes on is not mixed into it.
 */
export function compiledWorker(folder: string): string {
  const code = join(folder, 'code');
  mkdirSync(code);
  for (const name of BESIDE) symlinkSync(join(PROJECT, name), join(code, name));
  const tsc = join(PROJECT, 'node_modules/.bin/tsc');
  const words = ['-p', join(PROJECT, 'test/fuzz/tsconfig.json'), '--outDir', code];
  const { status, stdout, stderr, error } = spawnSync(tsc, words, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`the fuzzer cannot be compiled:\n${stdout}${stderr}`);
  return join(code, 'test/fuzz/worker.js');
}
