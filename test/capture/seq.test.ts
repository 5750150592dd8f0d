import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seqAdd, seqAtMost, seqDistance, seqLessThan, unwrapSeq } from '../../capture/seq.ts';

describe('seqDistance', () => {
  test.each([
    { name: 'forwards', from: 100, to: 150, want: 50 },
    { name: 'backwards', from: 150, to: 100, want: -50 },
    { name: 'wraps past 2^32', from: 0xffff_fff0, to: 0x10, want: 0x20 },
    { name: 'goes back over the wrap', from: 0x10, to: 0xffff_fff0, want: -0x20 },
    { name: 'half the circle is backwards', from: 0, to: 0x8000_0000, want: -0x8000_0000 },
  ])('$name', ({ from, to, want }) => expect(seqDistance(from, to)).toBe(want));
});

test.each([
  { a: 1, b: 2, less: true, atMost: true },
  { a: 2, b: 2, less: false, atMost: true },
  { a: 3, b: 2, less: false, atMost: false },
  { a: 0xffff_ffff, b: 0, less: true, atMost: true },
  { a: 0, b: 0xffff_ffff, less: false, atMost: false },
])('order of $a and $b', ({ a, b, less, atMost }) => {
  expect(seqLessThan(a, b)).toBe(less);
  expect(seqAtMost(a, b)).toBe(atMost);
});

test('seqAdd wraps', () => expect(seqAdd(0xffff_ffff, 2)).toBe(1));

test('unwrapSeq finds every offset again from a neighbour, however far the stream has gone', () => {
  const wire = fc.integer({ min: 0, max: 0xffff_ffff });
  const offset = fc.integer({ min: -1000, max: 2 ** 45 });
  const away = fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(wire, offset, away, (base, truth, distance) => {
      expect(unwrapSeq(base, seqAdd(base, truth), truth + distance)).toBe(truth);
    }),
  );
});
