import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PROJECT } from '../support/tools.ts';
import { putTogether, takeApart } from './blocks.ts';
import { corpus } from './corpus.ts';
import { Inputs } from './inputs.ts';
import { swapOrder } from './swap-order.ts';

const folder = mkdtempSync(join(tmpdir(), 'sockscope-fuzz-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const seeds = await corpus();

// Of a million (npm run fuzz) this is the share that every change goes through.
test.each([1, 2])(
  '10 000 damaged captures of seed %i break no promise',
  (seed) => {
    const words = ['--import', 'tsx', 'test/fuzz/main.ts', '--inputs', '10000', '--seed', `${seed}`];
    const run = spawnSync(process.execPath, [...words, '--keep', folder], { cwd: PROJECT, encoding: 'utf8' });
    expect(run.stdout).toContain(`10000 inputs of seed ${seed}`);
    expect(run.stdout).toContain(': 0 failed;');
    expect(run.status).toBe(0);
  },
  600_000,
);

describe('what the inputs are made of', () => {
  test('the same seed gives the same inputs, another seed others', () => {
    const some = (seed: number): string[] => {
      const inputs = new Inputs(seeds, seed, 4000);
      return [0, 1, 2999, 3000, 3001, 3999].map((index) => inputs.get(index).bytes.toString('hex'));
    };
    expect(some(1)).toEqual(some(1));
    expect(some(2)[3]).not.toEqual(some(1)[3]);
  });

  test('every place of every sample has its turn, once', () => {
    const few = seeds.slice(0, 2);
    const inputs = new Inputs(few, 1, 1_000_000);
    const names = new Set(Array.from({ length: inputs.systematic }, (_, index) => inputs.get(index).name));
    expect(names.size).toBe(inputs.systematic);
    for (const { name, bytes } of few) {
      expect(names.has(`${name} cut at 0`)).toBe(true);
      expect(names.has(`${name} cut at ${bytes.length}`)).toBe(true);
      expect(names.has(`${name} byte 0 flipped`)).toBe(true);
    }
  });

  test('a file taken apart and put together is as it was, and turned over twice as well', () => {
    for (const { bytes } of seeds.filter(({ own }) => own)) {
      const model = takeApart(bytes);
      expect(putTogether(model).equals(bytes)).toBe(true);
      if (model.kind !== 'pcapng') continue;
      model.blocks = model.blocks.map((block) => swapOrder(swapOrder(block)));
      expect(putTogether(model).equals(bytes)).toBe(true);
    }
  });
});
