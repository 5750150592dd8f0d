import { expect, test } from 'vitest';
import { compareTimelines } from '../../../src/compare/compare.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { printRunsJson } from '../../../views/json/print-runs-json.ts';
import { printRuns } from '../../../views/text/print-runs.ts';
import { splitSession } from '../../compare/split-session.ts';
import { echoSession } from '../../session/fake-session.ts';

const FILES = ['one.pcapng', 'dir/two.pcapng'] as const;
const comparison = compareTimelines(buildTimeline(echoSession()), buildTimeline(splitSession()));
const lines = (width: number, options: { all?: boolean; ascii?: boolean } = {}): string[] => [
  ...printRuns(comparison, FILES, { width, colour: false, ascii: false, all: false, ...options }),
];

test('what differs has a sign, a letter and both values; the rest is folded', () => {
  const text = lines(100);
  expect(text).toContain('rows: 22 the same, 2 differ (D), 0 only left (L), 1 only right (R)');
  expect(text.find((line) => line.startsWith('≠ D → [PSH, ACK] Len=5'))).toMatch(/│ → \[PSH, ACK\] Len=3 /);
  expect(text.find((line) => line.startsWith('+ R'))).toMatch(/^\+ R {48}│ → \[PSH, ACK\] Len=2 /);
  expect(text).toContain('      bytes 5 | 3');
  expect(text).toContain('      segments 1 | 2');
  expect(text.filter((line) => /rows the same \(--all shows them\)/.test(line))).toHaveLength(2);
  expect(lines(100, { all: true }).filter((line) => line.includes('rows the same'))).toEqual([]);
});

test.each([60, 80, 100, 132, 200])('no line is wider than %d columns', (width) => {
  for (const line of lines(width, { all: true })) expect(line.length).toBeLessThanOrEqual(width);
});

test('ASCII is ASCII', () => {
  for (const line of lines(100, { ascii: true, all: true })) expect(line).toMatch(/^[\x20-\x7e]*$/);
});

test('the same as JSON', () => {
  const [head, ...rest] = [...printRunsJson(comparison, FILES)].map((line) => JSON.parse(line));
  expect(head).toEqual({
    ...{ schema: 1, type: 'comparison', left: 'one.pcapng', right: 'dir/two.pcapng', lines: 25 },
    ...{ same: 22, differs: 2, only_left: 0, only_right: 1 },
  });
  expect(rest.filter(({ type, name }) => type === 'measure' && name === 'packets')).toEqual([
    { schema: 1, type: 'measure', name: 'packets', unit: 'count', left: 10, right: 11 },
  ]);
  const unlike = rest.filter(({ type, kind }) => type === 'line' && kind !== 'same');
  expect(unlike).toMatchObject([
    { kind: 'differs', differences: [{ field: 'bytes', left: 5, right: 3 }] },
    { kind: 'right', left: null, right: { call: null } },
    { kind: 'differs', left: { call: 7 }, differences: [{ field: 'segments', left: 1, right: 2 }] },
  ]);
});
