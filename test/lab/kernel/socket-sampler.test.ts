import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { nowNs } from '../../../src/lab/kernel/now.ts';
import { SocketSampler } from '../../../src/lab/kernel/socket-sampler.ts';
import { allSocketUsers, socketUsers } from '../../../src/lab/kernel/socket-users.ts';
import type { KernelSample } from '../../../src/session/kernel-sample.ts';

test('a new socket counts as unseen since the walk before it was made', {
  timeout: 20_000,
}, async (context) => {
  const samples: KernelSample[] = [];
  let walkedNs = 0n;
  let changed = () => {};
  // The log of calls does not grow: the next walk comes only when the last was long ago, after many a look.
  const sampler = SocketSampler.start({
    ...{ users: () => socketUsers([process.pid]), isAllTcp: false, activity: () => 0 },
    take: (news, coveredNs) => {
      samples.push(...news);
      walkedNs = coveredNs;
      changed();
    },
  });
  if (sampler === null) return context.skip('the kernel does not show its sockets (sock_diag)');
  const told = async (): Promise<void> => new Promise((resolve) => (changed = resolve));
  const first = createServer().listen(0, '127.0.0.1');
  await once(first, 'listening');
  while (samples.length === 0) await told();
  // Looks at the one that is known go on meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 60));
  const bornBefore = nowNs();
  const second = createServer().listen(0, '127.0.0.1');
  await once(second, 'listening');
  const bornNs = nowNs();
  const isSecond = ({ socket }: KernelSample) => socket?.local === `127.0.0.1:${port(second)}`;
  while (!samples.some(isSecond)) await told();
  const found = samples.find(isSecond);
  expect(found?.askedNs).toBeLessThan(bornBefore);
  expect(found?.answeredNs).toBeGreaterThan(bornNs);
  expect(walkedNs).toBeGreaterThan(bornBefore);
  // The walks go on being told of where nothing changes.
  const before = walkedNs;
  while (walkedNs === before) await told();
  sampler.stop();
  first.close();
  second.close();
});

function port(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('of one’s own processes the names are told as /proc has them', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const ss = spawnSync('ss', ['-tlnpH', `sport = :${port}`], { encoding: 'utf8' }).stdout;
    // users:(("node",pid=12,fd=21))
    const [, name, pid, fd] = /\("([^"]*)",pid=(\d+),fd=(\d+)\)/.exec(ss) ?? [];
    const found = [...allSocketUsers().values()].flat();
    expect(found).toContainEqual({ name, pid: Number(pid), fd: Number(fd) });
  } finally {
    server.close();
  }
});
