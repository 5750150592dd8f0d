/**
 * What recording costs: `npx tsx test/bench/call-overhead.ts`. Processor time (so that what else the machine does counts
 * little) per call of send and recv over a UNIX socketpair and a loopback TCP connection: the bare C function through FFI, our
 * call without recording, recorded in full, and thinned.
 * Exits 1 when full recording adds more than 10 µs a call or thinned recording more than 1.5 µs.
 */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AF_INET, AF_UNIX, MSG_DONTWAIT, SOCK_STREAM } from '../../src/sockets/constants.ts';
import * as libc from '../../src/sockets/libc.ts';
import { closeRecorder, configureRecorder } from '../../src/sockets/recorder.ts';
import { socket, socketpair } from '../../src/sockets/socket.ts';
import type { Socket } from '../../src/sockets/types.ts';

const PAIRS = 20_000;
const ROUNDS = 7;
const FULL_LIMIT_US = 10;
const THIN_LIMIT_US = 1.5;
const directory = mkdtempSync(join(tmpdir(), 'sockscope-bench-'));
const log = openSync(join(directory, 'log'), 'a');

const message = Buffer.alloc(64, 'x');
const room = Buffer.alloc(4096);

/** Median over rounds of µs per call; each pair is two calls. The order of variants rotates, so that drift hits all alike. */
function measure(a: Socket, b: Socket, flags: number): Record<string, number> {
  const bare = () => {
    libc.send(a.fd, message, 64, flags);
    libc.recv(b.fd, room, 4096, flags);
  };
  const ours = () => {
    a.send(message, flags);
    b.recv(4096, flags);
  };
  const variants: readonly (readonly [string, () => void, number | null])[] = [
    ['bare', bare, null],
    ['unrecorded', ours, null],
    ['full', ours, Number.POSITIVE_INFINITY],
    ['thinned', ours, 0],
  ];
  const times: Record<string, number[]> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run, thinAfterBytes] of variants) {
      if (thinAfterBytes === null) closeRecorder();
      else
        configureRecorder({
          fd: log,
          role: 'bench',
          thinAfterBytes,
          thinAfterCalls: Number.POSITIVE_INFINITY,
        });
      const start = process.cpuUsage();
      for (let pair = 0; pair < PAIRS; pair++) run();
      const { user, system } = process.cpuUsage(start);
      const us = (user + system) / (2 * PAIRS);
      // The first round warms up the compiler.
      if (round > 0) times[name] = [...(times[name] ?? []), us];
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function tcpPair(): readonly [Socket, Socket] {
  const listener = socket(AF_INET, SOCK_STREAM);
  listener.bind(['127.0.0.1', 0]);
  listener.listen(1);
  const address = listener.getsockname();
  const client = socket(AF_INET, SOCK_STREAM);
  if (address.ok) client.connect(address.value);
  const server = listener.accept();
  listener.close();
  return [client, server];
}

let isWithin = true;
console.log(
  `node ${process.version}, ${cpus()[0]?.model}; 64-byte send and recv, µs of processor time a call (ratio to bare)`,
);
for (const [name, pair, flags] of [
  ['UNIX pair, blocking', socketpair(AF_UNIX, SOCK_STREAM), 0],
  ['UNIX pair, MSG_DONTWAIT', socketpair(AF_UNIX, SOCK_STREAM), MSG_DONTWAIT],
  ['TCP, blocking', tcpPair(), 0],
] as const) {
  const us = measure(pair[0], pair[1], flags);
  const { bare = Number.NaN, full = Number.NaN, thinned = Number.NaN } = us;
  const cells = Object.entries(us).map(
    ([variant, time]) =>
      `${variant} ${time.toFixed(2)} (${(time / bare).toFixed(1)}x, +${(time - bare).toFixed(2)} µs)`,
  );
  console.log(`${name.padEnd(24)} ${cells.join('  ')}`);
  isWithin &&= full - bare <= FULL_LIMIT_US && thinned - bare <= THIN_LIMIT_US;
}
closeRecorder();
closeSync(log);
rmSync(directory, { recursive: true });
console.log(
  isWithin ? 'within budget' : `over budget: full ${FULL_LIMIT_US} µs, thinned ${THIN_LIMIT_US} µs`,
);
process.exitCode = isWithin ? 0 : 1;
