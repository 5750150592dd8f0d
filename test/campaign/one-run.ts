import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from '../support/tools.ts';

export interface Verdict {
  readonly words: readonly string[];
  /** What is wrong with the run; empty when it is good. */
  readonly wrong: readonly string[];
  readonly packets: number;
  /** How many checks there were, and of how many it could not be told whether they hold. */
  readonly checks: number;
  readonly untold: number;
  readonly bytesCompared: number;
  readonly bytesUnverified: number;
}

/** Runs one command line of the program and judges its JSON: ok, verified, nothing unexplained, no check crossed. */
export async function judgeRun(words: readonly string[]): Promise<Verdict> {
  const { code, stdout, stderr } = await collect(words);
  const summary = lineOf(stdout, 'summary');
  const verification = lineOf(stdout, 'verification');
  const number = (name: string): number => Number(summary[name] ?? Number.NaN);
  const wrong: string[] = [];
  if (code !== 0) wrong.push(`exit code ${code}: ${stderr.trim().split('\n').at(-1)}`);
  if (summary.ok !== true) wrong.push(`not ok: ${JSON.stringify(summary)}`);
  const { outcome, problems, roles } = lineOf(stdout, 'run');
  if (summary.ok !== true && outcome !== undefined)
    wrong.push(`it says: ${JSON.stringify({ outcome, problems, roles })}`);
  if (number('unexplained') !== 0) wrong.push(`${summary.unexplained} unexplained`);
  if (number('dropped') !== 0) wrong.push(`${summary.dropped} dropped by the capture`);
  const checks = linesOf(stdout, 'check');
  for (const { text, holds, note } of checks)
    if (holds === false) wrong.push(`crossed: ${String(text)} (${String(note ?? '')})`);
  if (verification.ok !== true) wrong.push(`not verified: ${JSON.stringify(verification)}`);
  return {
    words,
    wrong,
    packets: number('packets'),
    checks: checks.length,
    untold: checks.filter(({ holds }) => holds === null).length,
    bytesCompared: Number(verification.bytes_compared ?? 0),
    bytesUnverified: Number(verification.bytes_unverified ?? 0),
  };
}

function linesOf(stdout: string, type: string): readonly Record<string, unknown>[] {
  const lines = stdout.split('\n').filter((text) => text.startsWith(`{"schema":1,"type":"${type}"`));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function lineOf(stdout: string, type: string): Record<string, unknown> {
  const line = stdout.split('\n').findLast((text) => text.startsWith(`{"schema":1,"type":"${type}"`));
  return JSON.parse(line ?? '{}') as Record<string, unknown>;
}

function collect(words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(PROJECT, 'bin/sockscope.js'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Only the end matters; a long run prints hundreds of megabytes.
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-65_536);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4096);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
