// Loaded into the measured program by NODE_OPTIONS=--import: says when the capture was opened, and how long the event loop
// was blocked: on the clock, and less the time in which other processes had the processor (/proc/self/schedstat, proc(5)).
// SIGUSR2 begins a new count; the numbers are appended to the file that SOCKSCOPE_PROBE names.
import fs, { appendFileSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const EVERY_MS = 2;
const file = process.env.SOCKSCOPE_PROBE;
if (file !== undefined && process.argv[2] === 'open') {
  const { openSync } = fs;
  fs.openSync = (path, ...rest) => {
    if (path === process.argv[3]) appendFileSync(file, `${JSON.stringify({ openedAt: Date.now() })}\n`);
    return openSync(path, ...rest);
  };
  syncBuiltinESMExports();
  const waitedMs = () => Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  let blocked = [];
  let own = [];
  let before = performance.now();
  let waitedBefore = waitedMs();
  let cpu = process.cpuUsage();
  setInterval(() => {
    const now = performance.now();
    const waited = waitedMs();
    const late = Math.max(0, now - before - EVERY_MS);
    blocked.push(late);
    own.push(Math.max(0, late - (waited - waitedBefore)));
    before = now;
    waitedBefore = waited;
  }, EVERY_MS).unref();
  const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  process.on('SIGUSR2', () => {
    const { user, system } = process.cpuUsage(cpu);
    blocked.sort((a, b) => a - b);
    own.sort((a, b) => a - b);
    const numbers = {
      worst: at(blocked, 1),
      own: at(own, 1),
      p99: at(own, 0.99),
      cpu: (user + system) / 1000,
    };
    appendFileSync(file, `${JSON.stringify(numbers)}\n`);
    blocked = [];
    own = [];
    cpu = process.cpuUsage();
    before = performance.now();
  });
}
