import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** Captures with another tool's verdict, kept beside the project; tests that use them say so when they are missing. */
export const SHARED =
  process.env.SOCKSCOPE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/**
 * Whether every named program is installed. Where CI=true a missing one is an error: there everything must run.
 * Elsewhere the reason is printed and the test can be skipped.
 */
export function have(...tools: readonly string[]): boolean {
  const missing = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length === 0) return true;
  if (process.env.CI === 'true') throw new Error(`not installed: ${missing.join(', ')}`);
  console.warn(`skipped: not installed: ${missing.join(', ')}`);
  return false;
}

/** Whether the captures beside the project are there. */
export function haveShared(folder: 'captures' | 'golden'): boolean {
  if (existsSync(`${SHARED}/${folder}`)) return true;
  console.warn(`skipped: ../shared/${folder} is missing`);
  return false;
}
