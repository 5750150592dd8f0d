/**
 * What capture and recording cost a bulk transfer: `npx tsx test/bench/transfer.ts [--size 1G] [--rounds 5] [-w FILE]`.
 * tcp-transfer over a private network with MTU 65536: its role functions alone, and the full run (capture with snaplen
 * 128, recording, the top that takes it all in, and with -w also saves it), by turns. Goodput is bytes over the time from
 * the client's connect to its last call. Needs `npm run build`. Exits 1 when the full run reaches less than half.
 */
import { execFile } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { inEnglish } from '../../src/words/text.ts';
import { build } from './transfer/build.ts';

const LIMIT = 0.5;
const BARE_LAB = fileURLToPath(new URL('./transfer/bare-lab.ts', import.meta.url));
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1G' },
    rounds: { type: 'string', default: '5' },
    write: { type: 'string', short: 'w' },
  },
});

const lab = {
  ...(await build<typeof import('../../src/lab/plan.ts')>('src/lab/plan')),
  ...(await build<typeof import('../../src/lab/recorded-run.ts')>('src/lab/recorded-run')),
  ...(await build<typeof import('../../src/lab/launch.ts')>('src/lab/launch')),
  ...(await build<typeof import('../../src/scenarios/parse-parameters.ts')>(
    'src/scenarios/parse-parameters',
  )),
  ...(await build<typeof import('../../src/scenarios/registry.ts')>('src/scenarios/registry')),
  ...(await build<typeof import('../../src/session/write.ts')>('src/session/write')),
};
const scenario = await lab.loadScenario('tcp-transfer');
const parameters = lab.parseParameters(scenario, { size: values.size, mtu: '65536', snaplen: '128' });
const bytes = parameters.number('size');

/** The role functions alone; seconds. */
async function bare(): Promise<number> {
  const [command = '', ...rest] = lab.enterCommand('private', process.getuid?.() === 0);
  const words = [process.execPath, '--import', 'tsx', BARE_LAB, JSON.stringify(parameters.all())];
  const { stdout } = await promisify(execFile)(command, [...rest, ...words]);
  return Number((JSON.parse(stdout) as { ns: string }).ns) / 1e9;
}

/** The run as the user has it, up to its session; seconds, and the packets that the kernel dropped. */
async function full(): Promise<{ seconds: number; dropped: number }> {
  const plan = lab.planRun(scenario, parameters, {
    file: null,
    verify: false,
    dataBytes: 64,
    ringBytes: null,
  });
  const file =
    values.write === undefined ? null : lab.SessionFile.create(values.write, { force: true, owner: null });
  const watcher = { begin: () => {}, hear: () => {}, blocked: () => {} };
  const judge = (outcome: Parameters<typeof scenario.judge>[1]) => scenario.judge(parameters, outcome);
  const { session, close } = await lab.recordRun(plan, judge, file, watcher, new AbortController().signal);
  const { calls, run } = session;
  if (run?.outcome !== 'ok')
    throw new Error(`the run was ${run?.outcome}: ${run?.problems.map(inEnglish).join('; ')}`);
  const own = calls.filter(({ role }) => role === 'client');
  const start = own.find(({ name }) => name === 'connect')?.enterNs ?? 0n;
  const seconds = Number((own.at(-1)?.exitNs ?? 0n) - start) / 1e9;
  file?.finish(session, () => null);
  close();
  return { seconds, dropped: run.dropped ?? Number.NaN };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const rate = (seconds: number): string => `${(bytes / seconds / 1e6).toFixed(0)} MB/s`;

const alone: number[] = [];
const recorded: number[] = [];
let dropped = 0;
for (let round = 0; round < Number(values.rounds); round++) {
  alone.push(await bare());
  const { seconds, dropped: lost } = await full();
  recorded.push(seconds);
  dropped += lost;
  console.log(
    `round ${round + 1}: alone ${rate(alone.at(-1) ?? 0)}, full run ${rate(seconds)}, ${lost} dropped`,
  );
}
const ratio = median(alone) / median(recorded);
const model = cpus()[0]?.model ?? 'unknown processor';
console.log(`${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`);
console.log(
  `medians of ${values.rounds} with ${bytes} bytes: alone ${rate(median(alone))}, full run ${rate(median(recorded))}` +
    `${values.write === undefined ? '' : ' while saving'}: ${(ratio * 100).toFixed(0)} %, ${dropped} packets dropped`,
);
if (!(ratio >= LIMIT)) process.exitCode = 1;
