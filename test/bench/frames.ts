// Frame times of the full screen over a generated capture, at 200 × 60, and the time to its first screen:
//   npx tsx test/bench/frames.ts [packets]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { App } from '../../views/tui/app.ts';
import { view } from '../../views/tui/view.ts';
import { generateCapture } from './generate.ts';

const packets = Number(process.argv[2] ?? 3_000_000);
const SIZE = { columns: 200, rows: 60, isTTY: true };

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-bench-'));
  const file = join(directory, 'generated.pcap');
  process.env.XDG_STATE_HOME = directory;
  try {
    generateCapture(file, { packets, flows: 500, payload: 64, seed: 1 });
    const size = (statSync(file).size / 1e6).toFixed(0);
    console.log(`${cpus()[0]?.model}, Node ${process.version}; ${packets} packets, ${size} MB`);
    await measure(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(file: string): Promise<void> {
  const output = Object.assign(new PassThrough(), SIZE);
  output.resume();
  const app = new App(
    { input: new PassThrough(), output },
    { theme: 'dark', ascii: false, mouse: false, scenarios: [], recent: [] },
  );
  let longest = 0;
  let before = performance.now();
  const pulse = setInterval(() => {
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }, 1);
  const start = performance.now();
  app.begin({ kind: 'open', file });
  await until(() => app.model.document !== null);
  report('first screen', performance.now() - start);
  await until(() => app.model.document?.extent === 'whole');
  report('all of it', performance.now() - start);
  report('longest pause meanwhile', longest);
  clearInterval(pulse);
  for (const [name, key, times] of [
    ['a line down', 'j', 200],
    ['a screen down', 'pagedown', 200],
    ['to the end', 'G', 1],
    ['to the beginning', 'g', 1],
    ['the packet list', 'p', 1],
    ['a screen down in it', 'pagedown', 200],
    ['details', 'd', 1],
  ] as const) {
    const took: number[] = [];
    for (let turn = 0; turn < times; turn++) {
      const from = performance.now();
      app.hear({ kind: 'key', name: key, text: key.length === 1 ? key : null });
      view(app.model);
      took.push(performance.now() - from);
    }
    took.sort((a, b) => a - b);
    const median = (took[took.length >> 1] ?? 0).toFixed(1);
    console.log(
      `${name.padEnd(26)} median ${median.padStart(6)} ms, worst ${(took.at(-1) ?? 0).toFixed(1)} ms`,
    );
  }
  app.close();
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1));
}

function report(what: string, ms: number): void {
  console.log(`${what.padEnd(26)} ${ms.toFixed(0).padStart(6)} ms`);
}

await main();
process.exit();
