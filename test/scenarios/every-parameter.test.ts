import { expect, test } from 'vitest';
import { COMMON } from '../../src/scenarios/parameter-table.ts';
import type { GivenParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario, scenarioIds } from '../../src/scenarios/registry.ts';
import { givenBy } from './support/given-by.ts';
import { runScenario } from './support/run-scenario.ts';

// Runs whose roles look at a parameter that neither the defaults nor the variants worth trying make them look at.
const MORE_RUNS: Readonly<Record<string, readonly GivenParameters[]>> = {
  'tcp-transfer': [{ file: import.meta.filename }],
  'udp-echo': [{ server: 'none', timeout: '20' }],
};

test.for(scenarioIds())('%s uses each parameter that it takes', async (id, { skip }) => {
  const scenario = await loadScenario(id);
  if (scenario.network !== undefined)
    skip('it changes its network, and this test plays on the machine’s own');
  const read = new Set<string>();
  const names = [...scenario.parameters, ...(scenario.own ?? []).map(({ name }) => name)];
  const unread = () => names.filter((name) => !read.has(name));
  for (const given of [{}, ...(MORE_RUNS[id] ?? []), ...scenario.variants.map(givenBy)]) {
    if (unread().length === 0) break;
    for (const name of (await runScenario(id, given)).read) read.add(name);
  }
  expect(unread()).toEqual([]);
  expect(names.filter((name) => COMMON.includes(name))).toEqual([]);
});
