import { expect, test } from 'vitest';
import { byteRange, duration, grouped, milliseconds, timeOfDay } from '../../../views/ladder/units.ts';

test.each([
  [0n, '0 ns'],
  [999n, '999 ns'],
  [1000n, '1 µs'],
  [12_345n, '12.3 µs'],
  [999_950n, '1 ms'],
  [1_920_000n, '1.92 ms'],
  [200_000_000n, '200 ms'],
  [5_000_000_000n, '5 s'],
  [3_600_000_000_000n, '3600 s'],
])('%d ns last %s', (ns, want) => expect(duration(ns)).toBe(want));

test.each([
  [0n, '0.000'],
  [1_999n, '0.001'],
  [1_000_130_000n, '1000.130'],
  [-1_500_000n, '-1.500'],
])('%d ns are %s ms', (ns, want) => expect(milliseconds(ns)).toBe(want));

test('time of day, also of times that no calendar knows', () => {
  expect(timeOfDay(1_800_000_000_000_130_000n)).toBe('08:00:00.000130');
  expect(timeOfDay(10n ** 27n)).toMatch(/^\d\d:\d\d:\d\d\.\d{6}$/);
});

test('numbers in groups, ranges of bytes', () => {
  expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(['0', '999', '1 000', '1 234 567']);
  expect([byteRange(0, 100), byteRange(5, 6), byteRange(5, 5)]).toEqual(['0–99', '5', '5']);
});
