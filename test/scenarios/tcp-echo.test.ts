import { beforeAll, describe, expect, test } from 'vitest';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { inEnglish } from '../../src/words/text.ts';
import { type Played, runScenario } from './support/run-scenario.ts';

describe('tcp-echo over loopback', () => {
  test.each([
    { name: 'defaults', given: {} },
    { name: 'nothing to send', given: { size: '0' } },
    { name: 'one byte', given: { size: '1' } },
    { name: 'more than one piece', given: { size: '65537' } },
    {
      name: 'pieces of its own',
      given: { size: '200k', chunk: '999', 'send-mode': 'send', 'recv-buffer': '77' },
    },
    {
      name: 'least buffers, by hand',
      given: { size: '300k', sndbuf: '1', rcvbuf: '1', timeout: '5000', 'send-mode': 'send' },
    },
    { name: 'least buffers, blocking', given: { size: '100k', sndbuf: '1', rcvbuf: '1' } },
    { name: 'IPv6 and a reset', given: { family: 'ipv6', linger: '0', nodelay: 'on', quickack: 'on' } },
    { name: 'corked', given: { cork: 'on', size: '5000', chunk: '1000' } },
    { name: 'UNIX', given: { family: 'unix', clients: '2', serve: 'poll', think: '1' } },
    { name: 'iterative', given: { clients: '3', serve: 'iterative', think: '20' } },
    { name: 'thread', given: { clients: '3', serve: 'thread', timeout: '9000' } },
    { name: 'process', given: { clients: '3', serve: 'process', family: 'ipv6' } },
    { name: 'poll', given: { clients: '4', serve: 'poll', size: '100k', congestion: 'reno' } },
  ])('$name', async ({ given }) => {
    const { problems, noise } = await runScenario('tcp-echo', given);
    expect(noise).toBe('');
    expect(problems).toEqual([]);
  });

  test('once: one client is served, the other is reset', async () => {
    const { problems, outcome } = await runScenario('tcp-echo', { serve: 'once', clients: '2' });
    expect(problems).toEqual([]);
    const failed = [...outcome.reports.values()]
      .map((report) => report.failed)
      .filter((text) => text !== undefined);
    expect(failed).toEqual([
      expect.stringMatching(/^(recv|sendall|connect) failed: (ECONNRESET|ECONNREFUSED|EPIPE)$/),
    ]);
  });

  test.each([
    { mistake: 'no-eof-check', side: 'server', saw: { 'recv returned 0': 10 } },
    { mistake: 'send-on-listener', side: 'server', saw: { 'send on the listening socket': 'EPIPE' } },
    { mistake: 'one-recv', side: 'server', saw: { wanted: 5, 'one recv returned': 2 } },
    { mistake: 'reply-first', side: 'client', saw: { 'recv waited in vain': 'EAGAIN', 'bytes echoed': 5 } },
    { mistake: 'both-wait', side: 'client', saw: { 'recv waited in vain': 'EAGAIN', 'bytes echoed': 5 } },
    { mistake: 'no-listen', side: 'client', saw: { connect: 'ECONNREFUSED' } },
  ])('mistake $mistake', async ({ mistake, side, saw }) => {
    const { problems, outcome, noise } = await runScenario('tcp-echo', { mistake, timeout: '300' });
    expect(noise).toBe('');
    expect(problems).toEqual([]);
    expect(outcome.reports.get(side)).toMatchObject(saw);
  });

  test('every mistake that can be chosen is tested', async () => {
    const { narrow } = await loadScenario('tcp-echo');
    expect(Object.keys(narrow?.mistake?.choices ?? {})).toEqual([
      ...['none', 'no-eof-check', 'send-on-listener', 'one-recv', 'reply-first', 'both-wait', 'no-listen'],
    ]);
  });

  test('a call that fails ends the role, and the judge says which', async () => {
    const { problems, printed, noise } = await runScenario('tcp-echo', { think: '400', timeout: '50' });
    expect(noise).toBe('');
    expect(printed).toContain('recv failed: EAGAIN');
    expect(problems).toContain('server ended with 1: recv failed: EAGAIN');
  });

  test('one side alone: the client without a server is refused', async () => {
    const { problems } = await runScenario('tcp-echo', { role: 'client' });
    expect(problems).toContain('client ended with 1: connect failed: ECONNREFUSED');
  });
});

describe('the judge of tcp-echo', () => {
  let played: Played;
  beforeAll(async () => {
    played = await runScenario('tcp-echo', { clients: '2', size: '3000', think: '0' });
  });

  test.each([
    { what: 'a client that got other bytes', role: 'client 2', change: { 'echo is the same': false } },
    { what: 'a server that echoed more', role: 'server', change: { 'bytes echoed': 6001 } },
    { what: 'a server that served too few', role: 'server', change: { 'clients served': 1 } },
  ])('sees $what', async ({ role, change }) => {
    const scenario = await loadScenario('tcp-echo');
    const reports = new Map(played.outcome.reports);
    reports.set(role, { ...reports.get(role), ...change });
    expect(scenario.judge(played.parameters, played.outcome)).toEqual([]);
    expect(scenario.judge(played.parameters, { ...played.outcome, reports })).toHaveLength(1);
  });

  test('sees a role that was killed', async () => {
    const scenario = await loadScenario('tcp-echo');
    const exits = new Map([...played.outcome.exits, ['server', 'SIGKILL']]);
    expect(scenario.judge(played.parameters, { ...played.outcome, exits }).map(inEnglish)).toEqual([
      'server ended with SIGKILL',
    ]);
  });
});
