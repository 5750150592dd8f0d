// Loaded into the measured program by NODE_OPTIONS=--import: says when the capture was opened, and how long the event loop
// was blocked: on the clock; less the time in which this thread waited for a processor; and the time in which it had one
// (/proc/self/schedstat, proc(5)). The second still holds waits for the collector's helper threads, which wait themselves.
// The collector's own pauses are counted too. SIGUSR2 begins a new count; the numbers are appended to the file that SOCKSCOPE_PROBE names.
import fs, { appendFileSync, readSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { PerformanceObserver } from 'node:perf_hooks';

const EVERY_MS = 2;
const file = process.env.SOCKSCOPE_PROBE;
if (file !== undefined && ['open', 'run', 'compare'].includes(process.argv[2])) {
  const { openSync } = fs;
  fs.openSync = (path, ...rest) => {
    if (path === process.argv[3]) appendFileSync(file, `${JSON.stringify({ openedAt: Date.now() })}\n`);
    return openSync(path, ...rest);
  };
  syncBuiltinESMExports();
  const schedstat = openSync('/proc/self/schedstat', 'r');
  // To read the file whole would take 64 kB each time, which the collector would come for.
  const room = Buffer.alloc(100);
  /** How long this thread has had a processor, and has waited for one; ms. */
  const scheduled = () => {
    const [ran, waited] = room.toString('latin1', 0, readSync(schedstat, room, 0, room.length, 0)).split(' ');
    return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
  };
  let blocked = [];
  let own = [];
  let busy = [];
  let gc = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gc = Math.max(gc, duration);
  }).observe({ entryTypes: ['gc'] });
  let before = performance.now();
  let was = scheduled();
  let cpu = process.cpuUsage();
  setInterval(() => {
    const now = performance.now();
    const is = scheduled();
    const late = Math.max(0, now - before - EVERY_MS);
    blocked.push(late);
    own.push(Math.max(0, late - (is.waited - was.waited)));
    busy.push(is.ran - was.ran);
    before = now;
    was = is;
  }, EVERY_MS).unref();
  const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  process.on('SIGUSR2', () => {
    const { user, system } = process.cpuUsage(cpu);
    blocked.sort((a, b) => a - b);
    own.sort((a, b) => a - b);
    busy.sort((a, b) => a - b);
    const numbers = {
      worst: at(blocked, 1),
      own: at(own, 1),
      busy: at(busy, 1),
      p99: at(busy, 0.99),
      gc,
      cpu: (user + system) / 1000,
    };
    appendFileSync(file, `${JSON.stringify(numbers)}\n`);
    blocked = [];
    own = [];
    busy = [];
    gc = 0;
    cpu = process.cpuUsage();
    before = performance.now();
    was = scheduled();
  });
}
