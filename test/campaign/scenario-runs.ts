import { loadAll } from '../../src/scenarios/registry.ts';

/**
 * The command lines of every scenario with its defaults and with each of its variants, `times` times each: all of them
 * once before any of them again, so that a campaign that is cut off has tried all.
 */
export async function scenarioRuns(times: number, only: string): Promise<readonly (readonly string[])[]> {
  const round: (readonly string[])[] = [];
  for (const { id, variants } of await loadAll()) {
    if (only !== '' && !only.split(',').includes(id)) continue;
    for (const options of ['', ...variants.map((variant) => variant.options)])
      round.push(['run', id, ...options.split(' ').filter((word) => word !== ''), '--verify', '--json']);
  }
  return Array.from({ length: times }, () => round).flat();
}
