// How fast a capture is read and decoded, beside `tcpdump -n -r` on the same file in the same run:
//   npx tsx test/bench/read.ts [packets] [payload]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCapture } from '../../capture/file/open-capture.ts';
import { generateCapture } from './generate.ts';

const RUNS = 3;
const packets = Number(process.argv[2] ?? 500_000);
const payload = Number(process.argv[3] ?? 64);

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-bench-'));
  try {
    const file = join(directory, 'generated.pcap');
    generateCapture(file, { packets, flows: 500, payload, seed: 1 });
    const megabytes = statSync(file).size / 1e6;
    console.log(
      `${cpus()[0]?.model}, Node ${process.version}; ${packets} packets, ${megabytes.toFixed(0)} MB`,
    );
    const ours: number[] = [];
    for (let run = 0; run < RUNS; run++) ours.push(await readOnce(file));
    const peer: number[] = [];
    for (let run = 0; run < RUNS; run++) peer.push(tcpdumpOnce(file));
    report('openCapture, first (cold)', ours[0] ?? 0, megabytes);
    report('openCapture, best', Math.min(...ours), megabytes);
    report('tcpdump -n -r, best', Math.min(...peer), megabytes);
    console.log(`ratio tcpdump / cold ${(Math.min(...peer) / (ours[0] ?? 1)).toFixed(1)}`);
    console.log(`ratio tcpdump / best ${(Math.min(...peer) / Math.min(...ours)).toFixed(1)}`);
    console.log(`resident ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function readOnce(file: string): Promise<number> {
  const start = performance.now();
  const capture = await openCapture(file);
  const ms = performance.now() - start;
  if (capture.columns.length !== packets) throw new Error(`${capture.columns.length} packets were read`);
  capture.close();
  return ms;
}

function tcpdumpOnce(file: string): number {
  const start = performance.now();
  const run = spawnSync('tcpdump', ['-n', '-r', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  if (run.status !== 0) throw new Error(`tcpdump: ${run.stderr}`);
  return performance.now() - start;
}

function report(what: string, ms: number, megabytes: number): void {
  const rate = packets / ms / 1000;
  console.log(
    `${what.padEnd(28)} ${ms.toFixed(0).padStart(6)} ms ${rate.toFixed(2).padStart(7)} M packets/s ${((megabytes / ms) * 1000).toFixed(0).padStart(6)} MB/s`,
  );
}

await main();
