import type { Comparison } from '../../src/diagnosis/compare.ts';
import { words } from '../../src/words/words.ts';
import { paragraph, type TextOptions } from './paragraph.ts';
import { table } from './print-check.ts';

/** How far our flags and another program's agree, and every frame where they do not. */
export function* printComparison(comparison: Comparison, style: TextOptions): Generator<string> {
  const { file, program, tcpFrames, differences } = comparison;
  const same = tcpFrames - differences.length;
  const share = tcpFrames === 0 ? 100 : (100 * same) / tcpFrames;
  // Rounded down: 100 % is said of no capture that differs.
  const percent = differences.length === 0 ? '100' : (Math.floor(share * 1000) / 1000).toFixed(3);
  const text = words().runs.against(same, tcpFrames, program, percent);
  yield* paragraph(`${file}: `, text, style, { label: 'bold' });
  const rows = comparison.flags
    .filter(({ both, onlyThem, onlyUs }) => both + onlyThem + onlyUs > 0)
    .map(({ field, both, onlyThem, onlyUs }) => [field, `${both}`, `${onlyThem}`, `${onlyUs}`]);
  yield* table(words().report.columns.flags, rows, style);
  const values = (comparison.values ?? []).map(({ field, same: equal, different }) => [
    field,
    `${equal}`,
    `${different}`,
  ]);
  if (values.length > 0) yield* table(words().report.columns.values, values, style);
  for (const { frame, theirs, ours } of differences)
    yield* paragraph(
      `${words().report.frame} ${frame}: `,
      words().runs.theyAndWe(theirs.join(' '), ours.join(' ')),
      style,
    );
  for (const { frame, field, theirs, ours } of comparison.valueDifferences ?? [])
    yield* paragraph(
      `${words().report.frame} ${frame}: `,
      `${field}: ${words().runs.theyAndWe(theirs, ours)}`,
      style,
    );
}
