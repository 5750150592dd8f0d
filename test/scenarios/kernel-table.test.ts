import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { withSbin } from '../../src/lab/conditions/command.ts';
import { awaitState, socketsOn } from '../../src/scenarios/support/kernel-table.ts';

test.each(['127.0.0.1', '::1'])('the sockets of a port on %s are those of ss', async (host) => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, host);
  const [accepted] = await once(server, 'connection');
  const ss = execFileSync('ss', ['-Htan', 'sport', '=', `:${port}`], { encoding: 'utf8', env: withSbin() });
  const told = ss.split('\n').filter((line) => line !== '');
  const expected = told.map((line) => {
    const [state = '', , , local = ''] = line.split(/\s+/);
    return `${state === 'ESTAB' ? 'ESTABLISHED' : state} ${local}`;
  });
  expect(
    socketsOn(port)
      .map(({ state, local }) => `${state} ${local}`)
      .sort(),
  ).toEqual(expected.sort());
  expect(awaitState(port, 'LISTEN', 1, 0)).toBe(true);
  expect(awaitState(port, 'LISTEN', 0, 0)).toBe(false);
  for (const socket of [client, accepted]) socket.destroy();
  server.close();
});
