import { expect, test } from 'vitest';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { inEnglish } from '../../src/words/text.ts';
import { runScenario } from './support/run-scenario.ts';

test.each([
  { name: 'defaults', given: {}, client: { 'bytes echoed': 5, 'echo is the same': true } },
  { name: 'an empty datagram', given: { size: '0' }, client: { 'bytes echoed': 0 } },
  { name: 'connected', given: { connect: 'on', family: 'ipv6' }, client: { 'bytes echoed': 5 } },
  { name: 'a datagram larger than the buffer', given: { size: '2000' }, client: { 'bytes echoed': 1024 } },
  {
    name: 'the largest datagram',
    given: { size: '65507', 'recv-buffer': '65507' },
    client: { 'bytes echoed': 65_507 },
  },
  { name: 'the client’s own buffer', given: { 'client-recv-buffer': '3' }, client: { 'bytes echoed': 3 } },
  { name: 'UNIX', given: { family: 'unix', size: '3000' }, client: { 'bytes echoed': 1024 } },
  { name: 'nobody there', given: { server: 'none', timeout: '200' }, client: { 'no reply': 'EAGAIN' } },
  {
    name: 'nobody there, connected',
    given: { server: 'none', connect: 'on' },
    client: { 'no reply': 'ECONNREFUSED' },
  },
  {
    name: 'nobody there, connected, IPv6',
    given: { server: 'none', connect: 'on', family: 'ipv6' },
    client: { 'no reply': 'ECONNREFUSED' },
  },
  {
    name: 'nobody there, UNIX',
    given: { server: 'none', family: 'unix' },
    client: { 'no reply': 'ECONNREFUSED' },
  },
])('$name', async ({ given, client }) => {
  const { problems, noise, outcome } = await runScenario('udp-echo', given);
  expect(noise).toBe('');
  expect(problems).toEqual([]);
  expect(outcome.reports.get('client')).toMatchObject(client);
});

test('several clients', async () => {
  const { problems, outcome } = await runScenario('udp-echo', { clients: '3', size: '500' });
  expect(problems).toEqual([]);
  expect(outcome.reports.get('server')).toEqual({ 'datagrams echoed': 3, 'bytes echoed': 1500 });
});

test('the judge sees a missing reply, other bytes, and an answer from nobody', async () => {
  const scenario = await loadScenario('udp-echo');
  const good = await runScenario('udp-echo', {});
  const judged = (report: Record<string, string | number | boolean>) =>
    scenario
      .judge(good.parameters, {
        ...good.outcome,
        reports: new Map([...good.outcome.reports, ['client', report]]),
      })
      .map(inEnglish);
  expect(judged({ 'bytes sent': 5, 'no reply': 'EAGAIN' })).toEqual(['client got no reply: EAGAIN']);
  expect(judged({ 'bytes sent': 5, 'bytes echoed': 4, 'echo is the same': true })).toHaveLength(1);
  expect(judged({ 'bytes sent': 5, 'bytes echoed': 5, 'echo is the same': false })).toHaveLength(1);
  const none = await runScenario('udp-echo', { server: 'none', timeout: '50' });
  const reports = new Map([['client', { 'bytes sent': 5, 'bytes echoed': 5, 'echo is the same': true }]]);
  expect(scenario.judge(none.parameters, { ...none.outcome, reports })).toHaveLength(1);
});
