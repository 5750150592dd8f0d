// Damaged captures through the whole program: tsx test/fuzz/main.ts [--inputs 1000000] [--seed 1] [--from 0] [--to N]
// [--jobs 2] [--keep DIRECTORY]. Prints every input that breaks a promise, and saves it; the exit code says whether there was one.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { corpus } from './corpus.ts';
import { Inputs } from './inputs.ts';
import { Pool } from './pool.ts';
import type { Answer, Failure } from './worker.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    keep: { type: 'string', default: join(tmpdir(), 'sockscope-fuzz-failures') },
  },
});
const count = Number(values.inputs);
const from = Number(values.from);
const to = values.to === '' ? count : Number(values.to);
const seed = Number(values.seed);
/** Said once a failure of each kind: one mistake may break thousands of inputs. */
const MOST_SHOWN = 20;
const MEMORY = '/dev/shm';

const inputs = new Inputs(await corpus(), seed, count);
/** Every input is a file: in memory where there is such a place, as a disk takes a tenth of the time. */
const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'sockscope-fuzz-'));
const totals = { tried: 0, failed: 0, whole: 0, damaged: 0, refused: 0, slowestMs: 0, largestMb: 0 };
const seen = new Map<string, number>();
const startedAt = performance.now();
let saidAt = startedAt;

function take({ failures, outcomes, slowestMs, largestMb }: Answer, tried: number): void {
  totals.tried += tried;
  for (const kind of ['whole', 'damaged', 'refused'] as const) totals[kind] += outcomes[kind];
  totals.slowestMs = Math.max(totals.slowestMs, slowestMs);
  totals.largestMb = Math.max(totals.largestMb, largestMb);
  for (const failure of failures) tell(failure);
  if (performance.now() - saidAt < 60_000) return;
  saidAt = performance.now();
  process.stderr.write(`${totals.tried} of ${to - from} tried, ${totals.failed} failed\n`);
}

function tell({ index, what }: Failure): void {
  totals.failed++;
  const kind = what.replace(/\d+/g, 'N').slice(0, 300);
  const before = seen.get(kind) ?? 0;
  seen.set(kind, before + 1);
  if (before > 0 || seen.size > MOST_SHOWN) return;
  const { name, bytes } = inputs.get(index);
  mkdirSync(values.keep, { recursive: true });
  const path = join(values.keep, `seed-${seed}-input-${index}`);
  writeFileSync(path, bytes);
  process.stdout.write(
    `input ${index} of --inputs ${count} --seed ${seed} (${name}), saved as ${path}\n  ${what}\n`,
  );
}

// What is in memory would stay there.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
try {
  const pool = new Pool(folder, [String(seed), String(count)]);
  await pool.run(from, to, Number(values.jobs), take);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(
  `${totals.tried} inputs of seed ${seed} in ${seconds.toFixed(1)} s: ${totals.failed} failed; ${totals.whole} read whole, ` +
    `${totals.damaged} in part, ${totals.refused} refused; slowest ${Math.round(totals.slowestMs)} ms, ` +
    `largest process ${totals.largestMb} MB; ${inputs.systematic} places to cut or set\n`,
);
process.exitCode = totals.failed === 0 && totals.tried === to - from ? 0 : 1;
