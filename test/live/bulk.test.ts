import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openSession } from '../../src/session/read.ts';
import { Cli } from '../support/cli.ts';

let cli: Cli | null = null;
afterEach(() => {
  cli?.clean();
  cli = null;
});

const LARGE = ['run', 'tcp-transfer', '--size', '200M', '--mtu', '65536', '--snaplen', '128', '--text'];
const MOST_MB = 250;

/** Peak resident memory in MB of each process of the run, by its title, looked at until the run is over. */
async function peaks(run: Cli): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  let over = false;
  void run.finished.then(() => {
    over = true;
  });
  while (!over) {
    for (const { pid, title } of run.processes()) {
      const name = title.replace(/^.*\/(?=[\w-]+\.js)/, '');
      found.set(name, Math.max(found.get(name) ?? 0, peakOf(pid)));
    }
    await delay(20);
  }
  return found;
}

function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0; // it ended meanwhile
  }
}

test('a transfer of 200 MB: no process needs much memory, nothing is dropped, all is told in some lines', async () => {
  const run = new Cli([...LARGE, '-w', 'run.pcapng']);
  cli = run;
  const memory = await peaks(run);
  const { stdout, code } = await run.finished;
  expect(code).toBe(0);
  expect([...memory.keys()]).toEqual(
    expect.arrayContaining(['sockscope client', 'sockscope server', 'lab-main.js']),
  );
  for (const [name, megabytes] of memory) expect(megabytes, name).toBeLessThan(MOST_MB);
  expect(stdout).toMatch(/ 0 unexplained, [\d ]+ received, 0 dropped · ok/);
  expect(stdout.split('\n').length).toBeLessThan(1000);
  expect(stdout).toContain('rows alike');
  expect(stdout).toMatch(/bytes=200000000/);

  const session = await openSession(`${run.folder}/run.pcapng`);
  const { calls, run: facts } = session;
  expect(facts?.thinned).toBe(true);
  const received = calls
    .filter(({ role, name }) => role === 'server' && name === 'recv')
    .reduce((sum, { ret }) => sum + (ret ?? 0), 0);
  expect(received).toBe(200_000_004);
  session.capture.close();
}, 120_000);
