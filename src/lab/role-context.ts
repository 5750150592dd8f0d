import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { RoleContext } from '../scenarios/scenario.ts';
import { CallFailed, giveUp } from '../scenarios/support/must.ts';
import { recordedKill } from '../sockets/signals.ts';
import { adoptSocket, handoff } from '../sockets/socket.ts';
import type { Socket } from '../sockets/types.ts';
import { Keeper } from './keeper.ts';
import { INHERITED_FD } from './protocol.ts';
import { awaitLab, tellLab } from './role-control.ts';
import type { RoleSetup } from './role-setup.ts';

const ROLE_THREAD = fileURLToPath(new URL('./role-thread.js', import.meta.url));
/** A progress line for each of a million chunks would cost more than the transfer. */
const PROGRESS_EVERY_MS = 50;

/** The context of one role, with what it started: `ended` resolves when all its children and threads are gone. */
export function roleContext(setup: RoleSetup): { context: RoleContext; ended: () => Promise<void> } {
  const threads: Promise<void>[] = [];
  const keeper = new Keeper();
  const questions = new Questions(setup);
  let children = 0;
  let nextProgress = 0;
  const context: RoleContext = {
    name: setup.role,
    index: setup.index,
    inherited: inheritedSocket(setup),
    report: (key, value) => tellLab({ type: 'report', role: setup.role, key, value }),
    print: (line) => tellLab({ type: 'print', role: setup.role, line }),
    get interactive() {
      return questions.isInteractive;
    },
    ask: (prompt) => questions.ask(prompt),
    progress: (done, total) => {
      const now = performance.now();
      if (now < nextProgress && done < total) return;
      nextProgress = now + PROGRESS_EVERY_MS;
      tellLab({ type: 'progress', role: setup.role, done, total });
    },
    signal: (to, signal) => {
      recordedKill(to, signal, () => {
        tellLab({ type: 'signal', role: setup.role, to, signal });
        const answer = awaitLab(setup.role);
        return answer.type === 'signalled' ? answer.pid : null;
      });
    },
    cannot: (message, hint) => {
      tellLab({ type: 'cannot', message, hint });
      throw new CallFailed(message);
    },
    fork: (entry, socket) => {
      children += 1;
      const order = { setup: childSetup(setup, entry, socket, children, INHERITED_FD), fd: socket.fd };
      const failed = keeper.fork(order);
      if (failed !== null) giveUp(context, `fork failed: ${failed}`);
    },
    thread: (entry, socket) => {
      children += 1;
      threads.push(threaded(childSetup(setup, entry, socket, children, socket.fd), children));
    },
  };
  return {
    context,
    ended: async () => {
      await Promise.all(threads);
      await keeper.ended();
    },
  };
}

/** What a role asks its user: numbers what is typed, and remembers the end of the input. */
class Questions {
  isInteractive: boolean;
  private readonly role: string;
  private typed = 0;
  private isOver: boolean;

  constructor({ role, interactive }: RoleSetup) {
    this.role = role;
    this.isInteractive = interactive;
    this.isOver = !interactive;
  }

  ask(prompt: string): string | null {
    if (this.isOver) return null;
    const { role } = this;
    tellLab({ type: 'asking', role, prompt });
    const answer = awaitLab(role);
    if (answer.type !== 'input' || answer.line === null) {
      this.isOver = true;
      if (answer.type === 'input' && answer.isUnused) this.isInteractive = false;
      return null;
    }
    this.typed += 1;
    tellLab({ type: 'report', role, key: `typed ${this.typed}`, value: answer.line });
    return answer.line;
  }
}

function inheritedSocket({ inherited }: RoleSetup): Socket | null {
  return inherited === null ? null : adoptSocket(inherited.fd, inherited.id, inherited);
}

function childSetup(setup: RoleSetup, entry: string, socket: Socket, number: number, fd: number): RoleSetup {
  return {
    ...setup,
    role: `${setup.role}.${number}`,
    index: number - 1,
    entry,
    parent: process.pid,
    inherited: { ...handoff(socket), fd },
  };
}

function threaded(setup: RoleSetup, thread: number): Promise<void> {
  const worker = new Worker(ROLE_THREAD, { workerData: { setup, thread } });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new CallFailed(`${setup.role} ended with ${code}`));
    });
  });
}
