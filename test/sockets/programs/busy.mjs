// Sends and receives over a pair, in the main thread and in worker threads. Arguments: log descriptor, role, threads, rounds.
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { AF_UNIX, SOCK_STREAM } from '../../../dist/src/sockets/constants.js';
import { configureRecorder } from '../../../dist/src/sockets/recorder.js';
import { socketpair } from '../../../dist/src/sockets/socket.js';

const [fd, role, threads, rounds, thread] = isMainThread ? [...process.argv.slice(2), 0] : workerData;
// The second half of the rounds is thinned.
configureRecorder({
  fd: Number(fd),
  role,
  thread: Number(thread),
  thinAfterBytes: Number(rounds) * 100,
  dataBytes: 1000,
});
if (isMainThread) {
  for (let i = 1; i <= Number(threads); i++) {
    new Worker(new URL(import.meta.url), { workerData: [fd, role, threads, rounds, i] });
  }
}
const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
for (let i = 0; i < Number(rounds); i++) {
  a.send(Buffer.alloc(100, i % 256));
  b.recv(1000);
}
a.close();
b.recv(1);
b.recv(-0);
b.close();
