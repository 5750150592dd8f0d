import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { ForkAnswer, ForkOrder, KeeperSetup } from './keeper.ts';
import { CONTROL_FD, LOG_FD } from './protocol.ts';
import { tellLab } from './role-control.ts';
import { SETUP_VARIABLE } from './role-setup.ts';

/** The thread of a role that starts its children and waits for them; see keeper.ts. */
const ROLE_MAIN = fileURLToPath(new URL('./role-main.js', import.meta.url));
const { answers, bell } = workerData as KeeperSetup;

parentPort?.on('message', ({ setup, fd }: ForkOrder) => {
  const child = spawn(process.execPath, [ROLE_MAIN], {
    argv0: `sockscope ${setup.role}`,
    stdio: ['ignore', 'inherit', 'inherit', LOG_FD, CONTROL_FD, fd],
    env: { ...process.env, [SETUP_VARIABLE]: JSON.stringify(setup) },
  });
  const answer = (failed: string | null): void => {
    answers.postMessage({ failed } satisfies ForkAnswer);
    Atomics.add(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  if (child.pid !== undefined) answer(null);
  child.on('error', ({ message }) => {
    if (child.pid === undefined) answer(message);
  });
  child.on('exit', (code, signal) => {
    tellLab({ type: 'left', role: setup.role, exit: code ?? signal ?? 'unknown' });
    parentPort?.postMessage(setup.role);
  });
});
