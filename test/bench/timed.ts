import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../support/tools.ts';

export const SOCKSCOPE = join(PROJECT, 'bin/sockscope.js');

/** Wall and processor seconds of one process, its start included, and its largest memory. */
export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly peakKb: number;
}

/** Certificates that Node would read at each start: they take longer than the start itself, and nothing here needs them. */
const { NODE_EXTRA_CA_CERTS: _, ...ENVIRONMENT } = process.env;

/** Runs a program to its end, its output thrown away; by time(1). */
export function timed(command: readonly string[]): Measured {
  const start = performance.now();
  const run = spawnSync('/usr/bin/time', ['-f', '%U %S %M', ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: ENVIRONMENT,
  });
  const wall = (performance.now() - start) / 1000;
  if (run.error !== undefined) throw run.error;
  const last = run.stderr.trim().split('\n').pop() ?? '';
  const [user = Number.NaN, system = 0, peakKb = 0] = last.split(' ').map(Number);
  return { wall, cpu: user + system, peakKb };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function medianOf(runs: readonly Measured[], what: keyof Measured): number {
  return median(runs.map((run) => run[what]));
}

export function describeMachine(): string {
  return `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`;
}

/** The first line that a program says of its version. */
export function versionOf(program: string, option = '--version'): string {
  const { stdout, stderr } = spawnSync(program, [option], { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n')[0] ?? program;
}
