import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { RoleSetup } from './role-setup.ts';

const KEEPER_THREAD = fileURLToPath(new URL('./keeper-thread.js', import.meta.url));

/** The first message of the thread's parent: where it is answered, and a number that wakes who waits for the answer. */
export interface KeeperSetup {
  readonly answers: MessagePort;
  readonly bell: Int32Array;
}

/** What is to be started, and the descriptor of the socket that it inherits. */
export interface ForkOrder {
  readonly setup: RoleSetup;
  readonly fd: number;
}

/** null: the process runs; else why it does not. */
export type ForkAnswer = { readonly failed: string | null };

/**
 * Starts the processes that a role forks, and waits for their ends, in a thread of its own: the role itself blocks in its
 * calls, and a child that nobody waits for stays a zombie. What waitpid(2) in a handler of SIGCHLD does in C.
 */
export class Keeper {
  private worker: Worker | null = null;
  private readonly bell = new Int32Array(new SharedArrayBuffer(4));
  private readonly line = new MessageChannel();
  private readonly running = new Set<string>();
  private allGone: () => void = () => {};

  /**
   * Starts a process with the socket as an inherited descriptor: what fork(2) gives, for a program that cannot fork. Returns
   * null once it has the socket, so that the role may close its own; else why there is none.
   */
  fork(order: ForkOrder): string | null {
    this.worker ??= this.start();
    const rung = Atomics.load(this.bell, 0);
    this.worker.postMessage(order);
    Atomics.wait(this.bell, 0, rung);
    const answer = receiveMessageOnPort(this.line.port1)?.message as ForkAnswer | undefined;
    if (answer === undefined) throw new Error('the thread that forks has not answered');
    if (answer.failed === null) this.running.add(order.setup.role);
    return answer.failed;
  }

  /** Resolves when all that was started is gone, in whatever way: a parent does not end with its child. */
  async ended(): Promise<void> {
    if (this.running.size === 0) return;
    await new Promise<void>((resolve) => {
      this.allGone = resolve;
    });
  }

  private start(): Worker {
    const answers = this.line.port2;
    const workerData: KeeperSetup = { answers, bell: this.bell };
    const worker = new Worker(KEEPER_THREAD, { workerData, transferList: [answers] });
    worker.on('message', (role: string) => {
      this.running.delete(role);
      if (this.running.size === 0) this.allGone();
    });
    return worker;
  }
}
