import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Numbers } from '../../src/scenarios/support/numbering.ts';

test('agrees with a plain set, whatever comes in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), fc.integer({ min: 41, max: 50 }), (come, total) => {
      const numbers = new Numbers();
      const seen = new Set<number>();
      let twice = 0;
      for (const number of come) {
        if (seen.has(number)) twice += 1;
        expect(numbers.take(number)).toBe(!seen.has(number));
        seen.add(number);
      }
      expect(numbers.twice).toBe(twice);
      expect(numbers.missing(total).count).toBe(total - seen.size);
    }),
  );
});

test('names the ranges that are missing', () => {
  const numbers = new Numbers();
  for (const number of [0, 1, 4, 6]) numbers.take(number);
  expect(numbers.missing(9)).toEqual({ count: 5, text: '2–3, 5, 7–8' });
});

test('a number from a stranger costs no memory, however large', () => {
  const numbers = new Numbers();
  for (let number = 0xffff_ffff; number > 0xffff_ffff - 10; number -= 1) numbers.take(number);
  expect(numbers.missing(0x1_0000_0000).text).toBe('0–4294967285');
});

test('the text stays short', () => {
  const numbers = new Numbers();
  for (let number = 1; number < 100; number += 2) numbers.take(number);
  expect(numbers.missing(100).text).toMatch(/^0, 2, .*, 22, 38 more ranges$/);
});
