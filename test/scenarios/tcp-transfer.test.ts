import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { runScenario } from './support/run-scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'sockscope-transfer-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  { name: 'defaults', given: {} },
  { name: 'an empty file', given: { size: '0' } },
  { name: 'one byte', given: { size: '1' } },
  {
    name: 'odd chunks',
    given: { size: '65537', chunk: '1000', 'recv-buffer': '3', 'client-recv-buffer': '2' },
  },
  { name: 'chunks larger than the file', given: { size: '3M', chunk: '5M', 'send-mode': 'send' } },
  {
    name: 'short sends into least buffers',
    given: { size: '200k', sndbuf: '1', rcvbuf: '1', timeout: '5000', 'send-mode': 'send', chunk: '100k' },
  },
  {
    name: 'sendall into least buffers',
    given: { size: '200k', sndbuf: '1', timeout: '5000', chunk: '100k' },
  },
  { name: 'IPv6, corked, reset', given: { family: 'ipv6', cork: 'on', linger: '0', size: '10k' } },
  { name: 'UNIX', given: { family: 'unix', size: '1M' } },
  { name: 'iterative', given: { clients: '3', size: '300k' } },
  { name: 'thread', given: { clients: '3', serve: 'thread', size: '300k' } },
  { name: 'process', given: { clients: '2', serve: 'process', size: '300k', timeout: '9000' } },
  { name: 'poll', given: { clients: '3', serve: 'poll', size: '300k', 'server-recv-buffer': '999' } },
  { name: 'once', given: { clients: '2', serve: 'once', size: '3M' } },
])('$name', async ({ given }) => {
  const { problems, noise } = await runScenario('tcp-transfer', given);
  expect(noise).toBe('');
  expect(problems).toEqual([]);
});

test('a file of the user arrives: its SHA-256 is that of another hash of the same bytes', async () => {
  const file = join(folder, 'ünder the “sea”');
  const bytes = Buffer.from('the user’s own bytes\0'.repeat(9000));
  writeFileSync(file, bytes);
  const { problems, outcome } = await runScenario('tcp-transfer', { file, chunk: '1k' });
  expect(problems).toEqual([]);
  expect(outcome.reports.get('server')).toMatchObject({
    'file 1 bytes': bytes.length,
    'file 1 sha256': createHash('sha256').update(bytes).digest('hex'),
  });
});

test('the judge sees a byte that changed, a file too few, and a client without an answer', async () => {
  const scenario = await loadScenario('tcp-transfer');
  const { parameters, outcome } = await runScenario('tcp-transfer', { clients: '2', size: '1000' });
  const altered = (role: string, change: object) =>
    scenario.judge(parameters, {
      ...outcome,
      reports: new Map([...outcome.reports, [role, { ...outcome.reports.get(role), ...change }]]),
    });
  expect(altered('client 1', { sha256: 'f'.repeat(64) })).toHaveLength(1);
  expect(altered('client 1', { bytes: 999 })).toHaveLength(1);
  expect(altered('client 2', { answer: 'finishe' })).toHaveLength(2);
  const server = { ...outcome.reports.get('server') };
  delete server['file 2 sha256'];
  const reports = new Map([...outcome.reports, ['server', server]]);
  expect(scenario.judge(parameters, { ...outcome, reports })).toHaveLength(2);
});
