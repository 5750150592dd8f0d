import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { analysisOf, flagsOf } from '../../src/diagnosis/analysis.ts';
import { RowNumbers } from '../../src/diagnosis/row-numbers.ts';
import { StrictAnalysis } from '../../src/diagnosis/strict-flags.ts';
import { PROJECT } from '../support/tools.ts';

const SAMPLES = join(PROJECT, 'samples');
const samples = readdirSync(SAMPLES).filter((name) => name.endsWith('.pcapng'));

describe('the analysis in steps says what it says in one go', () => {
  test.each(samples)('%s', async (name) => {
    const capture = await openCapture(join(SAMPLES, name));
    const { columns, flows } = capture;
    // What one go says is held against tshark elsewhere.
    const whole = [...new StrictAnalysis(flows).run(columns).subarray(0, columns.length)];
    const stepped = new StrictAnalysis(flows);
    for (let from = 0; from < columns.length; from += 3)
      stepped.run(columns, 0, from, Math.min(from + 3, columns.length));
    expect([...stepped.flags.subarray(0, columns.length)]).toEqual(whole);
    expect([...flagsOf(capture).subarray(0, columns.length)]).toEqual(whole);
    expect([...analysisOf(capture).flags.subarray(0, columns.length)]).toEqual(whole);
    capture.close();
  });
});

test('numbers of rows are kept apart, wherever the rows are', () => {
  const numbers = new RowNumbers();
  for (const row of [0, 4095, 4096, 20_000_000]) numbers.set(row, row * 2);
  numbers.set(7, 0);
  expect([0, 7, 4095, 4096, 20_000_000].map((row) => numbers.get(row))).toEqual([
    0, 0, 8190, 8192, 40_000_000,
  ]);
  expect([1, 4094, 4097, 9000, 30_000_000].map((row) => numbers.has(row))).toEqual(
    new Array<boolean>(5).fill(false),
  );
});
