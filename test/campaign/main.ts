// Random runs, each verified: tsx test/campaign/main.ts [--runs 500] [--seed 1] [--jobs 2] [--only SCENARIO] [--keep DIRECTORY]
// --keep leaves the session of every wrong run there.
// Prints the command line of every run that is wrong; the exit code says whether there was one.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeRun } from './one-run.ts';
import { randomRun } from './random-parameters.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    keep: { type: 'string', default: '' },
  },
});
const runs = Number(values.runs);
const first = Number(values.seed);
if (values.keep !== '') mkdirSync(values.keep, { recursive: true });
let next = 0;
let done = 0;
let bad = 0;
let packets = 0;
let compared = 0;
let unverified = 0;

async function work(): Promise<void> {
  while (next < runs) {
    const seed = first + next++;
    const words = randomRun(seed);
    if (values.only !== '' && words[1] !== values.only) continue;
    const kept = join(values.keep, `${seed}.pcapng`);
    const saving = values.keep === '' ? [] : ['-w', kept, '--force'];
    const verdict = await judgeRun([...words, ...saving]);
    done++;
    packets += verdict.packets || 0;
    compared += verdict.bytesCompared;
    unverified += verdict.bytesUnverified;
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
    `${compared} bytes compared, ${unverified} not comparable\n`,
);
process.exitCode = bad === 0 ? 0 : 1;
