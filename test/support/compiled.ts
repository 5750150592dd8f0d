import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPlace } from './shared-place.ts';
import { PROJECT } from './tools.ts';

/** What compiled code looks for beside itself: what it imports, that it is a module, and what inputs are made of. */
const BESIDE = ['node_modules', 'package.json', 'samples'] as const;

/**
 * The path of a program of the tests ('test/capture/live/udp-sender.ts') as JavaScript. A process that compiled its sources
 * at its start would take longer for that than for its work. The first that asks compiles all of test/tsconfig.programs.json.
 */
export function compiled(program: string): string {
  const code = join(sharedPlace(), 'code');
  if (!existsSync(code)) {
    const own = mkdtempSync(`${code}-`);
    compileInto(own, 'test/tsconfig.programs.json');
    chmodSync(own, 0o755); // an ordinary user runs them too
    try {
      renameSync(own, code);
    } catch (error) {
      if (!existsSync(code)) throw error;
      rmSync(own, { recursive: true, force: true }); // another test file was quicker
    }
  }
  return join(code, program.replace(/\.ts$/, '.js'));
}

/** Compiles a project of TypeScript, without checking its types, into a folder in which it can run. */
export function compileInto(code: string, project: string): void {
  for (const name of BESIDE) symlinkSync(join(PROJECT, name), join(code, name));
  const tsc = join(PROJECT, 'node_modules/.bin/tsc');
  const words = ['-p', join(PROJECT, project), '--outDir', code];
  const { status, stdout, stderr, error } = spawnSync(tsc, words, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${project} cannot be compiled:\n${stdout}${stderr}`);
}
