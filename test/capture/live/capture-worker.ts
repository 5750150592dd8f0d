/** A process inside a private network that captures what a sender beside it sends, as a job says, and reports. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fstatSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { OpenOptions } from '../../../capture/live/engine.ts';
import { loadEngine } from '../../../capture/live/load-engine.ts';
import { startDraining } from '../../../capture/live/loop.ts';
import { openSentinel } from '../../../capture/live/sentinel.ts';
import { UserError } from '../../../capture/user-error.ts';
import { setUpLoopback } from '../../../src/lab/conditions/loopback.ts';
import type { CaptureJob, CaptureReport, SendJob } from './jobs.ts';

const SENDER = fileURLToPath(new URL('./udp-sender.js', import.meta.url));
const job: CaptureJob = JSON.parse(process.argv[2] ?? '');

try {
  process.stdout.write(JSON.stringify(await run()));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  const { message, hint, exitCode } = error;
  process.stdout.write(JSON.stringify({ error: { message, hint, exitCode } }));
}
process.exit(0);

async function run(): Promise<CaptureReport> {
  setUpLoopback({ mtu: job.mtu ?? 1500, offload: false });
  const engine = await loadEngine(job.engine);
  const sentinel = await openSentinel();
  const outFd = openSync(job.out, 'w+');
  const options: Omit<OpenOptions, 'sentinelPort'> = {
    device: job.device ?? 'lo',
    snaplen: job.snaplen ?? 65_535,
    ringBytes: job.ringBytes ?? 8 << 20,
    filter: job.filter ?? null,
    outFd,
  };
  for (let i = 0; i < (job.reopen ?? 0); i++) {
    engine.open({ ...options, sentinelPort: sentinel.port, outFd: openSync('/dev/null', 'w') }).close();
    await delay(1);
    globalThis.gc?.();
  }
  const capture = await sentinel.open(engine, options);
  let drainError = null as string | null;
  const loop = startDraining(capture, (error) => {
    drainError = error instanceof UserError ? error.message : String(error);
  });
  const cpu0 = process.cpuUsage();
  await delay(job.idleMs ?? 0);
  const idle = process.cpuUsage(cpu0);
  const latencyMs = await loneLatencies(outFd, job.lone ?? 0);
  const cpu1 = process.cpuUsage();
  const sent = [];
  for (const send of job.send ?? []) sent.push(await sendAll(send));
  const used = process.cpuUsage(cpu1);
  loop.stop();
  // No pause: what is still on its way is the sentinel's business.
  const { complete, stats, error } = await sentinel.finish(capture, outFd);
  drainError ??= error?.message ?? null;
  capture.close();
  capture.close();
  sentinel.close();
  globalThis.gc?.();
  return {
    error: null,
    drainError,
    linkType: capture.linkType,
    times: capture.times,
    caveats: capture.caveats,
    complete,
    stats,
    sentinelPort: sentinel.port,
    sent,
    latencyMs,
    idleCpuMs: (idle.user + idle.system) / 1000,
    captureCpuMs: (used.user + used.system) / 1000,
    file: job.giveFile ? readFileSync(job.out, 'base64') : null,
  };
}

async function sendAll(send: SendJob): Promise<CaptureReport['sent'][number]> {
  const child = spawn(process.execPath, [SENDER, JSON.stringify(send)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`sender ended with ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** Sends one packet at a time and waits until the file has grown. */
async function loneLatencies(fd: number, count: number): Promise<number[]> {
  const socket = createSocket('udp4');
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const before = fstatSync(fd).size;
    const sentAt = performance.now();
    socket.send('alone', 9, '127.0.0.1');
    while (fstatSync(fd).size === before && performance.now() < sentAt + 2000)
      await new Promise(setImmediate);
    found.push(performance.now() - sentAt);
    await delay(3);
  }
  socket.close();
  return found;
}
