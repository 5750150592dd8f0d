import { expect, test } from 'vitest';
import { COMMON } from '../../src/scenarios/parameter-table.ts';
import type { GivenParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario, scenarioIds } from '../../src/scenarios/registry.ts';
import { runScenario } from './support/run-scenario.ts';

// Runs of each scenario whose roles, taken together, look at every parameter that it lists.
const RUNS: Readonly<Record<string, readonly GivenParameters[]>> = {
  'tcp-echo': [{}],
  'tcp-transfer': [{ file: import.meta.filename }, {}],
  'udp-echo': [{ server: 'none', timeout: '20' }, {}],
  'udp-transfer': [{ size: '5000' }],
};

test('every scenario is listed here', () => expect(Object.keys(RUNS)).toEqual(scenarioIds()));

test.each(Object.entries(RUNS))('%s uses each parameter that it takes', async (id, runs) => {
  const scenario = await loadScenario(id);
  const read = new Set<string>();
  for (const given of runs) for (const name of (await runScenario(id, given)).read) read.add(name);
  expect(scenario.parameters.filter((name) => !read.has(name))).toEqual([]);
  expect(scenario.parameters.filter((name) => COMMON.includes(name))).toEqual([]);
});
