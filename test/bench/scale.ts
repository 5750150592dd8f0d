// Time and memory of `check` by the number of packets, and a file of large packets beside `wc -l`:
//   npm run build && npx tsx test/bench/scale.ts [largest number of packets]
// The largest file has about 100 bytes a packet; it is written to TMPDIR and removed.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCapture } from './generate.ts';
import { describeMachine, medianOf, SOCKSCOPE, timed } from './timed.ts';

const most = Number(process.argv[2] ?? 30_000_000);
const ROUNDS = 3;
const BASE_KB = 90_000;
const LARGE_PACKETS = 960_000;
const LARGE_PAYLOAD = 1448 + 700;

const directory = mkdtempSync(join(tmpdir(), 'sockscope-bench-'));
const file = join(directory, 'generated.pcap');
try {
  console.log(describeMachine());
  console.log(
    'packets      wall s   cpu s   ns/packet (cpu)   peak MB   bytes a packet over 90 MB (goal 64)',
  );
  for (let packets = 10_000; packets <= most; packets *= packets === 10_000_000 ? 3 : 10) row(packets);
  largePackets();
} finally {
  rmSync(directory, { recursive: true });
}

function row(packets: number): void {
  generateCapture(file, { packets, flows: 500, payload: 30, seed: 1, loss: 0.01 });
  const runs = Array.from({ length: ROUNDS }, () =>
    timed([process.execPath, SOCKSCOPE, 'check', '--quiet', file]),
  );
  const [wall, cpu, peak] = [medianOf(runs, 'wall'), medianOf(runs, 'cpu'), medianOf(runs, 'peakKb')];
  const over = (Math.max(0, peak - BASE_KB) * 1024) / packets;
  console.log(
    [
      `${packets}`.padEnd(10),
      wall.toFixed(2).padStart(8),
      cpu.toFixed(2).padStart(7),
      ((cpu / packets) * 1e9).toFixed(0).padStart(17),
      (peak / 1000).toFixed(0).padStart(9),
      over.toFixed(1).padStart(10),
    ].join(' '),
  );
}

function largePackets(): void {
  generateCapture(file, { packets: LARGE_PACKETS, flows: 50, payload: LARGE_PAYLOAD, seed: 1 });
  const [ours, peer] = [[timed(['true'])].slice(1), [timed(['wc', '-l', file])].slice(1)];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(timed([process.execPath, SOCKSCOPE, 'check', '--quiet', file]));
    peer.push(timed(['wc', '-l', file]));
  }
  const [a, b] = [medianOf(ours, 'wall'), medianOf(peer, 'wall')];
  const [ca, cb] = [medianOf(ours, 'cpu'), medianOf(peer, 'cpu')];
  console.log(
    `${(statSync(file).size / 1e9).toFixed(2)} GB of large packets: check ${a.toFixed(2)} s, wc -l ${b.toFixed(2)} s; ` +
      `speed ${(b / a).toFixed(2)} of wc by wall, ${(cb / ca).toFixed(2)} by cpu (goal 0.5)`,
  );
}
