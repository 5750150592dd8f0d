// How fast fields are printed, beside `tshark -T fields` on the same file, in turn:
//   npm run build && npx tsx test/bench/packets.ts [packets]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCapture } from './generate.ts';
import { describeMachine, type Measured, medianOf, SOCKSCOPE, timed, versionOf } from './timed.ts';

const packets = Number(process.argv[2] ?? 300_000);
const ROUNDS = 3;
const GOAL = 20;
const FIELDS = [
  ...['frame.number', 'frame.time_epoch', 'ip.src', 'ip.dst', 'tcp.srcport', 'tcp.dstport'],
  ...['tcp.seq', 'tcp.ack', 'tcp.len', 'tcp.flags', 'tcp.window_size'],
].flatMap((name) => ['-e', name]);

const directory = mkdtempSync(join(tmpdir(), 'sockscope-bench-'));
try {
  const file = join(directory, 'generated.pcap');
  generateCapture(file, { packets, flows: 500, payload: 30, seed: 1, loss: 0.01 });
  console.log(`${describeMachine()}; ${packets} packets, ${FIELDS.length / 2} fields`);
  console.log(versionOf('tshark'));
  const [ours, peer]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(timed([process.execPath, SOCKSCOPE, 'packets', file, ...FIELDS]));
    peer.push(timed(['tshark', '-n', '-r', file, '-T', 'fields', ...FIELDS]));
  }
  for (const what of ['wall', 'cpu'] as const) {
    const [a, b] = [medianOf(ours, what), medianOf(peer, what)];
    console.log(
      `${what.padEnd(4)} packets ${a.toFixed(2)} s, tshark -T fields ${b.toFixed(2)} s; ratio ${(b / a).toFixed(1)} (goal ${GOAL})`,
    );
  }
} finally {
  rmSync(directory, { recursive: true });
}
