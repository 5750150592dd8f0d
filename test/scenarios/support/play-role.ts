import { spawn } from 'node:child_process';
import { readSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { restoreParameters } from '../../../src/scenarios/parameters.ts';
import { loadModule } from '../../../src/scenarios/registry.ts';
import type { RoleContext, RoleFunction } from '../../../src/scenarios/scenario.ts';
import { CallFailed } from '../../../src/scenarios/support/must.ts';
import { adoptSocket } from '../../../src/sockets/socket.ts';
import type { Socket } from '../../../src/sockets/types.ts';
import { counted } from './counted.ts';
import { type FromPlay, PLAY_VARIABLE, type Play } from './protocol.ts';

/** One role of a scenario as a process of its own, without lab and recording: what it reports goes to standard output. */
const INHERITED_FD = 3;
const THIS = fileURLToPath(import.meta.url);
const play = (isMainThread ? JSON.parse(process.env[PLAY_VARIABLE] ?? '') : workerData) as Play;
const tell = (message: FromPlay) => writeSync(1, `${JSON.stringify(message)}\n`);

const children: Promise<unknown>[] = [];
const childOf = (entry: string, socket: Socket, fd: number): Play => ({
  ...play,
  entry,
  role: `${play.role}.${children.length + 1}`,
  inherited: { fd, id: socket.id },
});

const context: RoleContext = {
  name: play.role,
  index: play.index,
  inherited: play.inherited === null ? null : adoptSocket(play.inherited.fd, play.inherited.id),
  report: (key, value) => tell({ type: 'report', role: play.role, key, value }),
  print: (line) => tell({ type: 'print', role: play.role, line }),
  progress: () => {},
  interactive: false,
  ask: () => null,
  signal: (to, signal) => tell({ type: 'signal', to, signal }),
  cannot: (message) => {
    tell({ type: 'report', role: play.role, key: 'cannot', value: message });
    throw new CallFailed(message);
  },
  fork: (entry, socket) => {
    const child = spawn(process.execPath, [THIS], {
      stdio: ['ignore', 'inherit', 'inherit', socket.fd],
      env: { ...process.env, [PLAY_VARIABLE]: JSON.stringify(childOf(entry, socket, INHERITED_FD)) },
    });
    children.push(ended(child));
  },
  thread: (entry, socket) => {
    const worker = new Worker(THIS, { workerData: childOf(entry, socket, socket.fd) });
    children.push(ended(worker));
  },
};

function ended(child: { once(event: 'exit', heard: (code: number | null) => void): unknown }): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new CallFailed(`a child ended with ${code}`)),
    );
  });
}

const module = await loadModule(play.scenario);
const read = new Set<string>();
const parameters = counted(restoreParameters(play.parameters), read);
if (play.inherited === null) {
  tell({ type: 'ready', role: play.role });
  if (readSync(0, new Uint8Array(1)) === 0) process.exit(3);
}
try {
  await (module[play.entry] as RoleFunction)(parameters, context);
  await Promise.all(children);
} catch (error) {
  if (!(error instanceof CallFailed)) throw error;
  process.exitCode = 1;
}
tell({ type: 'read', role: play.role, names: [...read] });
