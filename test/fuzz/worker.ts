// A process that tries inputs: gets { from, to } and answers what became of them. Started by main.ts.
import { corpus } from './corpus.ts';
import { Exerciser, type Outcome } from './exercise.ts';
import { Inputs } from './inputs.ts';

/** No input may take longer, or make the process larger: processor time, as the machine may be busy. */
const LONGEST_MS = 1000;
/** Nor wait so long without anything to do. On a busy machine it may be woken late, but not every time. */
const MOST_TRIES = 3;
const LARGEST_MB = 300;

export interface Task {
  readonly from: number;
  readonly to: number;
}

export interface Failure {
  readonly index: number;
  readonly what: string;
}

export interface Answer {
  readonly failures: readonly Failure[];
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly slowestMs: number;
  readonly largestMb: number;
}

const [path = '', seed = '1', count = '0'] = process.argv.slice(2);
const inputs = new Inputs(await corpus(), Number(seed), Number(count));
const exerciser = new Exerciser(path);
let isTooLarge = false;

process.on('message', (task: Task) => {
  void work(task).then((answer) => process.send?.(answer));
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function work({ from, to }: Task): Promise<Answer> {
  const failures: Failure[] = [];
  const outcomes = { whole: 0, damaged: 0, refused: 0 };
  let slowestMs = 0;
  for (let index = from; index < to; index++) {
    const { bytes } = inputs.get(index);
    const before = process.cpuUsage();
    const idleBefore = performance.nodeTiming.idleTime;
    try {
      outcomes[await exerciser.run(bytes, index)]++;
    } catch (error) {
      failures.push({ index, what: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    slowestMs = Math.max(slowestMs, ms);
    if (ms > LONGEST_MS) failures.push({ index, what: `took ${Math.round(ms)} ms of processor time` });
    const waits = performance.nodeTiming.idleTime - idleBefore;
    if (waits > LONGEST_MS && (await waitsAgain(bytes, index)))
      failures.push({ index, what: `waited ${Math.round(waits)} ms for something` });
    if (largestMb() > LARGEST_MB && !isTooLarge) {
      isTooLarge = true;
      failures.push({ index, what: `the process grew to ${largestMb()} MB` });
    }
  }
  return { failures, outcomes, slowestMs, largestMb: largestMb() };
}

async function waitsAgain(bytes: Buffer, index: number): Promise<boolean> {
  for (let tried = 1; tried < MOST_TRIES; tried++) {
    const idleBefore = performance.nodeTiming.idleTime;
    // What it throws was said the first time.
    await exerciser.run(bytes, index).catch(() => null);
    if (performance.nodeTiming.idleTime - idleBefore <= LONGEST_MS) return false;
  }
  return true;
}

/** The most memory that the process ever had, in MB. */
function largestMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
