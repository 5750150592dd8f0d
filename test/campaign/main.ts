// Random runs, each verified: tsx test/campaign/main.ts [--runs 500] [--seed 1] [--jobs 2] [--only SCENARIO,…] [--keep DIRECTORY]
// Or every scenario with its defaults and each of its variants: --scenarios [--times 20] [--jobs 2] [--only SCENARIO,…].
// --keep leaves the session of every wrong run there.
// Prints the command line of every run that is wrong; the exit code says whether there was one.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadAll } from '../../src/scenarios/registry.ts';
import { judgeRun } from './one-run.ts';
import { randomRun } from './random-parameters.ts';
import { scenarioRuns } from './scenario-runs.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    keep: { type: 'string', default: '' },
    scenarios: { type: 'boolean', default: false },
    times: { type: 'string', default: '1' },
  },
});
const listed = values.scenarios ? await scenarioRuns(Number(values.times), values.only) : null;
const drawn = (await loadAll()).filter(({ id }) => values.only === '' || values.only.split(',').includes(id));
const runs = listed === null ? Number(values.runs) : listed.length;
const first = Number(values.seed);
if (values.keep !== '') mkdirSync(values.keep, { recursive: true });
let next = 0;
let done = 0;
let bad = 0;
let packets = 0;
let compared = 0;
let unverified = 0;
let checks = 0;
let untold = 0;

async function work(): Promise<void> {
  while (next < runs) {
    const seed = first + next++;
    const words = listed === null ? randomRun(seed, drawn) : (listed[seed - first] ?? []);
    const kept = join(values.keep, `${seed}.pcapng`);
    const saving = values.keep === '' ? [] : ['-w', kept, '--force'];
    const verdict = await judgeRun([...words, ...saving]);
    done++;
    packets += verdict.packets || 0;
    compared += verdict.bytesCompared;
    unverified += verdict.bytesUnverified;
    checks += verdict.checks;
    untold += verdict.untold;
    if (verdict.wrong.length === 0) {
      if (values.keep !== '') rmSync(kept, { force: true });
      continue;
    }
    bad++;
    process.stdout.write(
      `seed ${seed}: sockscope ${verdict.words.join(' ')}\n  ${verdict.wrong.join('\n  ').slice(0, 2000)}\n`,
    );
  }
}

await Promise.all(Array.from({ length: Number(values.jobs) }, work));
process.stdout.write(
  `${done} runs from seed ${first}: ${done - bad} good, ${bad} wrong; ${packets} packets, ` +
    `${compared} bytes compared, ${unverified} not comparable; ${checks} checks, ${untold} of them untold\n`,
);
process.exitCode = bad === 0 ? 0 : 1;
