import { loadAll } from '../../src/scenarios/registry.ts';

/** The command lines of every scenario with its defaults and with each of its variants, `times` times each. */
export async function scenarioRuns(times: number, only: string): Promise<readonly (readonly string[])[]> {
  const runs: (readonly string[])[] = [];
  for (const { id, variants } of await loadAll()) {
    if (only !== '' && !only.split(',').includes(id)) continue;
    for (const options of ['', ...variants.map((variant) => variant.options)]) {
      const words = ['run', id, ...options.split(' ').filter((word) => word !== ''), '--verify', '--json'];
      for (let n = 0; n < times; n++) runs.push(words);
    }
  }
  return runs;
}
