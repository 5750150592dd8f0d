// How fast `check` is, whole processes side by side on the same file in the same run:
//   npm run build && npx tsx test/bench/check.ts [packets] [payload] [flows] [--no-tshark] [--priority]
// Rounds go through all programs in turn, so that what else the machine does hits all alike; medians are compared.
// --priority runs each with chrt(1) before all else, which takes root: what else goes on then takes no turn of a processor.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCapture } from './generate.ts';
import { describeMachine, type Measured, median, SOCKSCOPE, timed, versionOf } from './timed.ts';

const ROUNDS = 3;
const SMALL_FILES = 5000;
const numbers = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const [packets = 3_000_000, payload = 30, flows = 500] = numbers;
/** Memory of the process beyond which bytes a packet are counted. */
const BASE_KB = 90_000;

const SINGLE = 'check --threads 1';
const FIRST = process.argv.includes('--priority') ? ['chrt', '--rr', '10'] : [];

const PEERS: readonly (readonly [string, number, readonly string[]])[] = [
  ['tshark -q -z expert', 40, ['tshark', '-n', '-q', '-z', 'expert', '-r']],
  ['tcpdump -n -r', 6, ['tcpdump', '-n', '-r']],
  ['tcptrace -n', 2, ['tcptrace', '-n']],
  ['capinfos -c', 1 / 2.5, ['capinfos', '-c']],
];

function compare(file: string): void {
  const ours = ['check', [process.execPath, SOCKSCOPE, 'check', '--quiet']] as const;
  const single = [...ours[1], '--threads', '1'];
  const results = new Map<string, Measured[]>();
  const note = (name: string, measured: Measured): void => {
    results.set(name, [...(results.get(name) ?? []), measured]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    note(ours[0], timed([...FIRST, ...ours[1], file]));
    note(SINGLE, timed([...FIRST, ...single, file]));
    for (const [name, , command] of PEERS) {
      if (name.startsWith('tshark') && (round > 0 || process.argv.includes('--no-tshark'))) continue;
      note(name, timed([...FIRST, ...command, file]));
    }
  }
  const of = (name: string, what: keyof Measured): number =>
    median((results.get(name) ?? []).map((measured) => measured[what]));
  const wall = of('check', 'wall');
  const cpu = of('check', 'cpu');
  const peak = of('check', 'peakKb');
  console.log(
    `check                ${wall.toFixed(2)} s wall, ${cpu.toFixed(2)} s cpu, ${(peak / 1000).toFixed(0)} MB`,
  );
  console.log(
    `  in one thread      ${of(SINGLE, 'wall').toFixed(2)} s wall, ${of(SINGLE, 'cpu').toFixed(2)} s cpu, ${(of(SINGLE, 'peakKb') / 1000).toFixed(0)} MB`,
  );
  console.log(
    `memory over 90 MB    ${(Math.max(0, (peak - BASE_KB) * 1024) / packets).toFixed(1)} bytes a packet (goal 64)`,
  );
  for (const [name, goal] of PEERS) {
    if (!results.has(name)) continue;
    const [w, c] = [of(name, 'wall'), of(name, 'cpu')];
    console.log(
      `${name.padEnd(20)} ${w.toFixed(2)} s wall, ${c.toFixed(2)} s cpu; ratio ${(w / wall).toFixed(2)} wall, ${(c / cpu).toFixed(2)} cpu (goal ${goal})`,
    );
  }
}

function manyFiles(directory: string): void {
  const small = join(directory, 'small');
  mkdirSync(small);
  const files = Array.from({ length: SMALL_FILES }, (_, index) => join(small, `${index}.pcap`));
  for (const [index, file] of files.entries())
    generateCapture(file, { packets: 50, flows: 3, payload: 40, seed: index, loss: 0.02 });
  const { wall } = timed([process.execPath, SOCKSCOPE, 'check', '--quiet', ...files]);
  console.log(
    `${SMALL_FILES} small files    ${wall.toFixed(2)} s, ${(SMALL_FILES / wall).toFixed(0)} files/s (goal 500)`,
  );
}

const directory = mkdtempSync(join(tmpdir(), 'sockscope-bench-'));
try {
  const file = join(directory, 'generated.pcap');
  generateCapture(file, { packets, flows, payload, seed: 1, loss: 0.01 });
  console.log(
    `${describeMachine()}; ${packets} packets in ${flows} flows, ${(statSync(file).size / 1e6).toFixed(0)} MB`,
  );
  for (const [name, , [program = '']] of PEERS)
    console.log(`${name}: ${versionOf(program, program === 'tcptrace' ? '-version' : '--version')}`);
  compare(file);
  manyFiles(directory);
} finally {
  rmSync(directory, { recursive: true });
}
