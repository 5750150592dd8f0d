import { expect, test } from 'vitest';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { runScenario } from './support/run-scenario.ts';

// On the machine's own loopback the count of the socket is judged: RcvbufErrors may be somebody else's.
const net = 'host';

test.each([
  ...['none', 'numbered', 'stop-and-wait'].flatMap((reliability) => [
    { name: `${reliability}, an empty file`, given: { reliability, size: '0' } },
    { name: `${reliability}, one byte`, given: { reliability, size: '1' } },
    { name: `${reliability}, IPv6`, given: { reliability, size: '65537', family: 'ipv6', chunk: '999' } },
    { name: `${reliability}, UNIX`, given: { reliability, size: '20000', family: 'unix' } },
  ]),
  {
    name: 'stop-and-wait, the largest datagrams',
    given: { reliability: 'stop-and-wait', size: '200000', chunk: '65503', 'recv-buffer': '70000' },
  },
])('$name', async ({ given }) => {
  const { problems, noise, outcome } = await runScenario('udp-transfer', { net, ...given });
  expect(noise).toBe('');
  expect(problems).toEqual([]);
  const { sha256 } = outcome.reports.get('client') ?? {};
  if (given.reliability === 'stop-and-wait')
    expect(outcome.reports.get('server')).toMatchObject({ sha256, missing: 0 });
});

test.each(['none', 'numbered'])(
  '%s: a burst overflows the least receive buffer, and our count is the kernel’s',
  async (reliability) => {
    const { problems, outcome } = await runScenario('udp-transfer', {
      net,
      reliability,
      size: '1M',
      'server-rcvbuf': '1',
    });
    expect(problems).toEqual([]);
    const client = outcome.reports.get('client') ?? {};
    const server = outcome.reports.get('server') ?? {};
    const dropped = Number(server['dropped at the socket']);
    expect(dropped).toBeGreaterThan(0);
    expect(Number(client['datagrams sent']) - Number(server['datagrams received'])).toBe(dropped);
    expect(server.sha256).not.toBe(client.sha256);
    expect(server.bytes).toBeLessThan(1_000_000);
  },
);

test('stop-and-wait outlasts a server that answers too late: what comes twice is counted and kept out', async () => {
  // With 1 ms of patience and a starved server some copies are likely, and none may do harm.
  const { problems, outcome } = await runScenario('udp-transfer', { net, size: '300k', timeout: '1' });
  expect(problems).toEqual([]);
  expect(outcome.reports.get('server')?.bytes).toBe(300_000);
});

test('the judge sees a loss that the kernel did not count, and contents that differ', async () => {
  const scenario = await loadScenario('udp-transfer');
  for (const reliability of ['none', 'numbered', 'stop-and-wait']) {
    const { parameters, outcome } = await runScenario('udp-transfer', { net, reliability, size: '5000' });
    const judged = (change: Record<string, string | number>) =>
      scenario.judge(parameters, {
        ...outcome,
        reports: new Map([...outcome.reports, ['server', { ...outcome.reports.get('server'), ...change }]]),
      });
    expect(judged({})).toEqual([]);
    expect(judged({ sha256: 'f'.repeat(64) })).toHaveLength(1);
    expect(judged({ bytes: 4999 })).toHaveLength(1);
    expect(judged({ 'data datagrams': 3 }).length).toBeGreaterThan(0);
    if (reliability !== 'stop-and-wait') expect(judged({ 'datagrams received': 3 })).toHaveLength(1);
    if (reliability !== 'stop-and-wait') expect(judged({ 'dropped at the socket': 1 })).toHaveLength(1);
    if (reliability !== 'none') expect(judged({ missing: 1 })).toHaveLength(1);
  }
});
