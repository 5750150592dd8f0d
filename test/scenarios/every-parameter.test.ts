import { expect, test } from 'vitest';
import { COMMON } from '../../src/scenarios/parameter-table.ts';
import type { GivenParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario, scenarioIds } from '../../src/scenarios/registry.ts';
import { runScenario } from './support/run-scenario.ts';

// Runs of each scenario whose roles, taken together, look at every parameter that it lists.
const RUNS: Readonly<Record<string, readonly GivenParameters[]>> = {
  backlog: [{ 'accept-after': '100', stagger: '0' }],
  greeting: [{}],
  'half-close': [{}],
  'http-get': [{}],
  'json-echo': [{}],
  loss: [{ loss: '0' }],
  nagle: [{}],
  'object-echo': [{}],
  'recv-sizes': [{}],
  refused: [{ server: 'bound' }],
  reset: [{}, { how: 'linger' }, { how: 'write-after-close' }],
  'send-vs-sendall': [{}],
  'slow-reader': [{ 'reader-pause': '50' }],
  'tcp-echo': [{}],
  'tcp-say': [{}],
  'tcp-transfer': [{ file: import.meta.filename }, {}],
  'text-and-image': [{ framing: 'length' }, { framing: 'half-close' }],
  'udp-allowlist': [{}],
  'udp-chat': [{}],
  'udp-control': [{}],
  'udp-echo': [{ server: 'none', timeout: '20' }, {}],
  'udp-transfer': [{ size: '5000' }],
  'udp-truncate': [{}],
};

test('every scenario is listed here', () => expect(Object.keys(RUNS)).toEqual(scenarioIds()));

test.each(Object.entries(RUNS))('%s uses each parameter that it takes', async (id, runs) => {
  const scenario = await loadScenario(id);
  const read = new Set<string>();
  for (const given of runs) for (const name of (await runScenario(id, given)).read) read.add(name);
  expect(scenario.parameters.filter((name) => !read.has(name))).toEqual([]);
  expect(scenario.parameters.filter((name) => COMMON.includes(name))).toEqual([]);
});
