import { inEnglish } from '../../../src/words/text.ts';
/** A process inside a private network that applies conditions, sends numbered datagrams, and reports which arrived. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { loadEngine } from '../../../capture/live/load-engine.ts';
import { startDraining } from '../../../capture/live/loop.ts';
import { openSentinel } from '../../../capture/live/sentinel.ts';
import { UserError } from '../../../capture/user-error.ts';
import { applyConditions } from '../../../src/lab/conditions/apply.ts';
import { setUpLoopback } from '../../../src/lab/conditions/loopback.ts';
import type { ConditionsJob, ConditionsReport } from './conditions-jobs.ts';

const job: ConditionsJob = JSON.parse(process.argv[2] ?? '');

try {
  process.stdout.write(JSON.stringify(await run()));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  const { message, hint, exitCode } = error;
  process.stdout.write(JSON.stringify({ error: { message, hint, exitCode } }));
}
process.exit(0);

async function run(): Promise<ConditionsReport> {
  const loopback = setUpLoopback(job.conditions);
  const sentinel = await openSentinel();
  const applied = applyConditions(job.conditions, loopback, sentinel.port);
  const outFd = openSync(job.out, 'w+');
  const capture = await sentinel.open(
    await loadEngine(job.engine ?? 'libpcap'),
    {
      device: 'lo',
      snaplen: 65_535,
      ringBytes: 8 << 20,
      filter: job.filter ?? null,
      outFd,
    },
    { withinMs: applied.endWithinMs },
  );
  const loop = startDraining(capture, (error) => {
    throw error;
  });
  const arrived = await sendNumbered();
  loop.stop();
  const startedAt = performance.now();
  const { complete } = await sentinel.finish(capture, outFd, { withinMs: applied.endWithinMs });
  const finishMs = performance.now() - startedAt;
  const { packets, missed } = applied.lost();
  const queueDropped = applied.queueDropped();
  applied.close();
  capture.close();
  return {
    error: null,
    granted: applied.granted,
    notes: applied.notes.map(inEnglish),
    complete,
    finishMs,
    arrived,
    lost: packets.map(({ timeUs, bytes }) => ({ timeUs, hex: Buffer.from(bytes).toString('hex') })),
    missed,
    queueDropped,
    sentinelPort: sentinel.port,
  };
}

/** Sends `count` datagrams, giving each a turn to arrive; returns the numbers that did. */
async function sendNumbered(): Promise<number[]> {
  const host = job.family === 6 ? '::1' : '127.0.0.1';
  const type = job.family === 6 ? 'udp6' : 'udp4';
  const receiver = createSocket({ type, recvBufferSize: 1 << 20 });
  const arrived: number[] = [];
  receiver.on('message', (data) => arrived.push(data.readUInt32BE(0)));
  receiver.bind(7001, host);
  await once(receiver, 'listening');
  const sender = createSocket(type);
  for (let i = 0; i < job.count; i++) {
    const data = Buffer.alloc(job.size, 0x55);
    data.writeUInt32BE(i, 0);
    await new Promise<void>((resolve) => sender.send(data, 7001, host, () => resolve()));
    await new Promise(setImmediate);
  }
  sender.close();
  if (job.waitMs) await new Promise((resolve) => setTimeout(resolve, job.waitMs));
  receiver.close();
  return arrived;
}
