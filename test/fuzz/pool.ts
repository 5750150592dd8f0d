import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SHARED } from '../shared.ts';
import { compiledWorker } from './compiled.ts';
import type { Answer, Task } from './worker.ts';

const INPUTS_A_TASK = 100;
/** Without an answer for so long a process hangs: an input may take 1 s, and a busy machine has others to serve. */
const HANGS_MS = 20_000;
const STARTS_MS = 60_000;
/** A heap that stays small although much garbage is made, so that growth shows. */
const NODE = ['--enable-source-maps', '--max-old-space-size=128', '--max-semi-space-size=32'];
const NOTHING: Answer['outcomes'] = { whole: 0, damaged: 0, refused: 0 };

/** Processes that try inputs side by side. One that hangs or dies is replaced, and the input that did it is found. */
export class Pool {
  private readonly folder: string;
  private readonly words: readonly string[];
  private readonly worker: string;
  private made = 0;

  constructor(folder: string, words: readonly string[]) {
    this.folder = folder;
    this.words = words;
    this.worker = compiledWorker(folder);
  }

  /** Tries the inputs from `from` to below `to`; tells the answer to each few of them. */
  async run(
    from: number,
    to: number,
    jobs: number,
    take: (answer: Answer, tried: number) => void,
  ): Promise<void> {
    let next = from;
    const work = async (): Promise<void> => {
      let worker = await this.start();
      while (next < to) {
        const task = { from: next, to: Math.min(to, next + INPUTS_A_TASK) };
        next = task.to;
        const answer = await ask(worker, task);
        if (answer !== null) {
          take(answer, task.to - task.from);
          continue;
        }
        end(worker);
        await this.oneByOne(task, take);
        worker = await this.start();
      }
      end(worker);
    };
    await Promise.all(Array.from({ length: jobs }, work));
  }

  private async oneByOne(task: Task, take: (answer: Answer, tried: number) => void): Promise<void> {
    let worker = await this.start();
    for (let index = task.from; index < task.to; index++) {
      const answer = await ask(worker, { from: index, to: index + 1 });
      if (answer !== null) {
        take(answer, 1);
        continue;
      }
      const what = worker.exitCode ?? worker.signalCode;
      const failure = {
        index,
        what: what === null ? `no answer within ${HANGS_MS} ms` : `the process died: ${what}`,
      };
      take({ failures: [failure], outcomes: NOTHING, slowestMs: 0, largestMb: 0 }, 1);
      end(worker);
      worker = await this.start();
    }
    end(worker);
  }

  private async start(): Promise<ChildProcess> {
    const path = join(this.folder, `input-${this.made++}`);
    const worker = fork(this.worker, [path, ...this.words], {
      execArgv: NODE,
      env: { ...process.env, SOCKSCOPE_SHARED: SHARED },
    });
    const signal = AbortSignal.timeout(STARTS_MS);
    const [ready] = await Promise.race([
      once(worker, 'message', { signal }),
      once(worker, 'exit', { signal }),
    ]);
    if (ready !== 'ready') throw new Error('a process of the fuzzer could not start');
    return worker;
  }
}

/** Null when the process dies or does not answer in time. */
function ask(worker: ChildProcess, task: Task): Promise<Answer | null> {
  return new Promise((resolve) => {
    const settle = (answer: Answer | null): void => {
      clearTimeout(timer);
      worker.off('message', settle).off('exit', gone);
      resolve(answer);
    };
    const gone = (): void => settle(null);
    const timer = setTimeout(gone, HANGS_MS);
    worker.on('message', settle).on('exit', gone);
    worker.send(task);
  });
}

function end(worker: ChildProcess): void {
  worker.removeAllListeners();
  worker.kill('SIGKILL');
}
