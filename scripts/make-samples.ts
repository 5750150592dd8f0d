// Makes the captures of samples/ anew, in real runs, with what is true in each:
//   npm run build && npx tsx scripts/make-samples.ts [--facts] [NAME…]
// --facts keeps the captures, and says anew what is true in them: look at the difference before it is committed.
// A run is repeated with other seeds until it shows what the sample is for. What the JSON says of Wireshark's flags is
// checked against the installed tshark before anything is kept.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SampleFacts, sampleFacts } from '../test/samples/facts.ts';
import { tsharkCounts } from '../test/samples/tshark-counts.ts';
import { PROJECT } from '../test/support/tools.ts';
import { SAMPLES, type SampleSpec } from './sample-list.ts';

const SEEDS = 40;
const LARGEST = 90_000;

const folder = mkdtempSync(join(tmpdir(), 'samples-'));
const onlyFacts = process.argv.includes('--facts');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
let failures = 0;
try {
  for (const spec of SAMPLES) {
    if (wanted.length > 0 && !wanted.includes(spec.name)) continue;
    if (!(await (onlyFacts ? renew(spec) : make(spec)))) failures++;
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function make(spec: SampleSpec): Promise<boolean> {
  let why = '';
  for (let seed = 1; seed <= (spec.seeded === true ? SEEDS : 3); seed++) {
    const command = [...spec.run, ...(spec.seeded === true ? ['--seed', `${seed}`] : [])];
    const file = join(folder, `${spec.name}.pcapng`);
    const run = spawnSync(
      process.execPath,
      [join(PROJECT, 'bin/sockscope.js'), 'run', ...command, '-w', file, '--force', '--text'],
      { encoding: 'utf8' },
    );
    if (run.status !== 0) {
      why = run.stderr.trim();
      continue;
    }
    const facts = await sampleFacts(file);
    why = unlike(spec, facts) ?? (statSync(file).size > LARGEST ? 'it is too large' : '');
    if (why !== '') continue;
    const differs = tsharkCounts(file, facts);
    if (differs.length > 0) {
      why = differs.join('; ');
      continue;
    }
    keep(spec, command, file, facts);
    console.log(`${spec.name}: ${facts.packets} packets, seed ${seed}`);
    return true;
  }
  console.error(`${spec.name}: no run showed it (${why})`);
  return false;
}

/** Says anew what is true in a capture that is there. */
async function renew(spec: SampleSpec): Promise<boolean> {
  const at = join(PROJECT, 'samples', spec.name);
  const facts = await sampleFacts(`${at}.pcapng`);
  const wrong = [unlike(spec, facts) ?? '', ...tsharkCounts(`${at}.pcapng`, facts)].filter(
    (why) => why !== '',
  );
  if (wrong.length > 0) {
    console.error(`${spec.name}: ${wrong.join('; ')}`);
    return false;
  }
  const { command } = JSON.parse(readFileSync(`${at}.json`, 'utf8'));
  writeFileSync(`${at}.json`, `${JSON.stringify({ command, ...facts }, null, 2)}\n`);
  return true;
}

/** What the run does not show; null when it shows all that the sample is for. */
function unlike(spec: SampleSpec, facts: SampleFacts): string | null {
  if (!facts.verified) return 'it is not verified';
  if (facts.unexplained > 0) return 'packets are unexplained';
  const shown = [...facts.issues, ...facts.findings].map((text) => text.split(' ')[1]);
  const missing = spec.shows.find((kind) => !shown.includes(kind));
  if (missing !== undefined) return `it does not show ${missing}`;
  if (spec.shows.length === 0 && facts.issues.length > 0) return `it shows ${facts.issues.join(', ')}`;
  const extra = (spec.hides ?? []).find((kind) => shown.includes(kind));
  return extra === undefined ? null : `it shows ${extra}`;
}

function keep(spec: SampleSpec, command: readonly string[], file: string, facts: SampleFacts): void {
  const at = join(PROJECT, 'samples', spec.name);
  copyFileSync(file, `${at}.pcapng`);
  const json = { command: ['sockscope', 'run', ...command], ...facts };
  writeFileSync(`${at}.json`, `${JSON.stringify(json, null, 2)}\n`);
  const look = spec.look.map((text) => `- ${text}\n`).join('');
  writeFileSync(
    `${at}.md`,
    `# ${spec.title}\n\n${look}\nMade by \`sockscope run ${command.join(' ')}\`. See it with \`sockscope open samples/${spec.name}.pcapng\`.\n`,
  );
}
