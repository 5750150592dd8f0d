// The built program behind a pseudo-terminal with a run of some hundred thousand calls: while it goes on, when it is over, when
// it is saved, and when what was saved is opened. For each the longest time in which the program itself kept the event loop
// (busy: it had a processor), on the clock, and the 99th percentile of the first; ms.
//   npm run -s build && npx tsx test/bench/calls.ts [bytes] [recv buffer]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PtyProgram } from './pty-program.ts';

const [size = '100000000', room = '400'] = process.argv.slice(2);
const SIZE = { columns: 200, rows: 60 };
const LIMIT_MS = 50;
const PATIENCE_MS = 120_000;
let worst = 0;

async function tell(program: PtyProgram, what: string): Promise<void> {
  await delay(300);
  const { worst: blocked, busy, p99 } = await program.stalls();
  worst = Math.max(worst, busy);
  console.log(
    `${what.padEnd(32)} busy ${busy.toFixed(1)}, blocked ${blocked.toFixed(1)}, p99 ${p99.toFixed(1)}`,
  );
}

/** A key would wipe away what is said at the end. */
async function until(program: PtyProgram, wanted: RegExp): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  while (!wanted.test(program.screen())) {
    if (performance.now() > limit) throw new Error(`waited for ${wanted}:\n${program.screen()}`);
    await delay(20);
  }
}

const directory = mkdtempSync(join(tmpdir(), 'sockscope-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true }));
const file = join(directory, 'saved.pcapng');
const words = ['--size', size, '--recv-buffer', room, '--mtu', '65536', '--snaplen', '128'];
const run = new PtyProgram(['run', 'tcp-transfer', ...words], SIZE, directory);
try {
  await run.drawn();
  await until(run, /tcp-transfer: ok/);
  await tell(run, 'the run, and its explanation');
  for (const key of ['W', ...file, '\r']) await run.press(key);
  await until(run, /saved as/);
  await tell(run, 'saved');
  await run.quit();
} finally {
  run.kill();
}
const again = new PtyProgram(['open', file], SIZE, directory);
try {
  await again.drawn();
  await until(again, /opened saved\.pcapng/);
  await tell(again, 'opened');
  for (const key of ['G', 'g', 'f', 'c', 's', 'b', 'o', 'l']) await again.press(key);
  await tell(again, 'views');
  await again.quit();
} finally {
  again.kill();
}
console.log(`longest busy ${worst.toFixed(1)} ms (${worst <= LIMIT_MS ? 'within' : 'OVER'} ${LIMIT_MS})`);
