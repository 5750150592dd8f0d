import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { SHARED } from '../shared.ts';
import { compiledWorker } from './compiled.ts';
import { Hang, LOOK_EVERY_MS, processTimes } from './hang.ts';
import type { Answer, Task } from './worker.ts';

const INPUTS_A_TASK = 100;
/**
 * A heap that stays small although much garbage is made, so that growth shows. It is cleared by one thread: there is a process
 * for each processor, and the threads that would help wait for one another.
 */
const HEAP = ['--max-old-space-size=128', '--max-semi-space-size=32', '--single-threaded-gc'];
const NODE = ['--enable-source-maps', ...HEAP];
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
        if (typeof answer !== 'string') {
          take(answer, task.to - task.from);
          continue;
        }
        end(worker);
        await this.oneByOne(task, answer, take);
        worker = await this.start();
      }
      end(worker);
    };
    await Promise.all(Array.from({ length: jobs }, work));
  }

  /** Finds which of a few inputs it was; `why` is what the process did that was given all of them. */
  private async oneByOne(
    task: Task,
    why: string,
    take: (answer: Answer, tried: number) => void,
  ): Promise<void> {
    let worker = await this.start();
    let isFound = false;
    for (let index = task.from; index < task.to; index++) {
      const answer = await ask(worker, { from: index, to: index + 1 });
      if (typeof answer !== 'string') {
        isFound ||= answer.failures.length > 0;
        take(answer, 1);
        continue;
      }
      isFound = true;
      take(failed(index, answer), 1);
      end(worker);
      worker = await this.start();
    }
    end(worker);
    if (!isFound)
      take(failed(task.from, `${why}, at one of ${task.to - task.from} inputs from this one on`), 0);
  }

  private async start(): Promise<ChildProcess> {
    const path = join(this.folder, `input-${this.made++}`);
    const worker = fork(this.worker, [path, ...this.words], {
      execArgv: NODE,
      env: { ...process.env, SOCKSCOPE_SHARED: SHARED },
    });
    const ready = await messageOf<'ready'>(worker);
    if (ready !== 'ready') throw new Error(`a process of the fuzzer could not start: ${ready}`);
    return worker;
  }
}

function failed(index: number, what: string): Answer {
  return { failures: [{ index, what }], outcomes: NOTHING, slowestMs: 0, largestMb: 0 };
}

/** What it answers, or in what way it ended or hangs. */
function ask(worker: ChildProcess, task: Task): Promise<Answer | string> {
  const answer = messageOf<Answer>(worker);
  worker.send(task);
  return answer;
}

function messageOf<T>(worker: ChildProcess): Promise<T | string> {
  return new Promise((resolve) => {
    const hang = new Hang();
    const settle = (answer: T | string): void => {
      clearInterval(timer);
      worker.off('message', settle).off('exit', gone);
      resolve(answer);
    };
    const gone = (code: number | null, signal: string | null): void =>
      settle(`the process died: ${code ?? signal}`);
    const timer = setInterval(() => {
      const times = processTimes(worker.pid ?? 0);
      const what = times === null ? null : hang.look(times);
      if (what !== null) settle(what);
    }, LOOK_EVERY_MS);
    worker.on('message', settle).on('exit', gone);
  });
}

function end(worker: ChildProcess): void {
  worker.removeAllListeners();
  worker.kill('SIGKILL');
}
