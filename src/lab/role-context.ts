import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { RoleContext } from '../scenarios/scenario.ts';
import { CallFailed } from '../scenarios/support/must.ts';
import { recordedKill } from '../sockets/signals.ts';
import { adoptSocket, handoff } from '../sockets/socket.ts';
import type { Socket } from '../sockets/types.ts';
import { CONTROL_FD, INHERITED_FD, LOG_FD } from './protocol.ts';
import { awaitLab, tellLab } from './role-control.ts';
import { type RoleSetup, SETUP_VARIABLE } from './role-setup.ts';

const ROLE_MAIN = fileURLToPath(new URL('./role-main.js', import.meta.url));
const ROLE_THREAD = fileURLToPath(new URL('./role-thread.js', import.meta.url));
/** A progress line for each of a million chunks would cost more than the transfer. */
const PROGRESS_EVERY_MS = 50;

/** The context of one role, with what it started: `ended` resolves when all its children and threads are gone. */
export function roleContext(setup: RoleSetup): { context: RoleContext; ended: () => Promise<void> } {
  const started: Promise<void>[] = [];
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
      started.push(forked(childSetup(setup, entry, socket, children, INHERITED_FD), socket));
    },
    thread: (entry, socket) => {
      children += 1;
      started.push(threaded(childSetup(setup, entry, socket, children, socket.fd), children));
    },
  };
  return {
    context,
    ended: async () => {
      await Promise.all(started);
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

/** A child process with the socket as an inherited descriptor: what fork(2) gives, for a program that cannot fork. */
function forked(setup: RoleSetup, socket: Socket): Promise<void> {
  const child = spawn(process.execPath, [ROLE_MAIN], {
    argv0: `sockscope ${setup.role}`,
    stdio: ['ignore', 'inherit', 'inherit', LOG_FD, CONTROL_FD, socket.fd],
    env: { ...process.env, [SETUP_VARIABLE]: JSON.stringify(setup) },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new CallFailed(`${setup.role} ended with ${code ?? signal}`));
    });
  });
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
