/** In a network namespace of its own: brings lo up, plays server and client, and prints what the client prints. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from './build.ts';

const parameters = JSON.parse(process.argv[2] ?? '') as Record<string, string | number>;
const ROLE = fileURLToPath(new URL('./bare-role.ts', import.meta.url));
/** State of a listening socket in /proc/net/tcp: TCP_LISTEN. */
const LISTENS = ' 0A ';

const { setUpLoopback } = await build<typeof import('../../../src/lab/conditions/loopback.ts')>(
  'src/lab/conditions/loopback',
);
setUpLoopback({ mtu: Number(parameters.mtu), offload: false });
const server = play('server');
while (!readFileSync('/proc/self/net/tcp', 'utf8').includes(LISTENS)) {
  if (server.exitCode !== null) process.exit(1);
  await delay(2);
}
const client = play('client');
const [[served], [sent]] = await Promise.all([once(server, 'exit'), once(client, 'exit')]);
process.exit(served === 0 && sent === 0 ? 0 : 1);

function play(entry: 'client' | 'server') {
  const setup = JSON.stringify({ parameters, entry, name: entry });
  return spawn(process.execPath, ['--import', 'tsx', ROLE, setup], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
