import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compileInto } from '../support/compiled.ts';

/**
 * Compiles the process that tries inputs, and all that it runs, into a folder; gives its path. Compiled while it runs, as tests
 * are, every function that is made would be named by a call, and every import asked for in another thread: twice the time. The
 * folder is the run's own: what is edited while it goes on is not mixed into it.
 */
export function compiledWorker(folder: string): string {
  const code = join(folder, 'code');
  mkdirSync(code);
  compileInto(code, 'test/fuzz/tsconfig.json');
  return join(code, 'test/fuzz/worker.js');
}
