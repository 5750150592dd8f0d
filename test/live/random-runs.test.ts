import { describe, expect, test } from 'vitest';
import { loadAll } from '../../src/scenarios/registry.ts';
import { judgeRun } from '../campaign/one-run.ts';
import { randomRun } from '../campaign/random-parameters.ts';

describe('random runs verify', async () => {
  const scenarios = await loadAll();
  const seeds = Array.from(
    { length: Number(process.env.SOCKSCOPE_RANDOM_RUNS ?? 24) },
    (_, index) => index + 1,
  );
  test.each(seeds)('seed %i', async (seed) => {
    const words = randomRun(seed, scenarios);
    const { wrong } = await judgeRun(words);
    expect(wrong.join('\n'), `sockscope ${words.join(' ')}`).toBe('');
  });
});
