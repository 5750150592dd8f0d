import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arrivals } from '../../src/timeline/reassembly.ts';

test.each([
  {
    name: 'in order',
    takes: [
      [0, 5],
      [5, 9],
    ],
    next: 9,
    hole: false,
    fresh: [5, 4],
  },
  {
    name: 'a hole, then its filling',
    takes: [
      [5, 9],
      [0, 5],
    ],
    next: 9,
    hole: false,
    fresh: [4, 5],
  },
  {
    name: 'a hole that stays',
    takes: [
      [0, 2],
      [5, 9],
    ],
    next: 2,
    hole: true,
    fresh: [2, 4],
  },
  {
    name: 'the same again',
    takes: [
      [0, 5],
      [0, 5],
    ],
    next: 5,
    hole: false,
    fresh: [5, 0],
  },
  {
    name: 'over two islands',
    takes: [
      [2, 3],
      [5, 6],
      [0, 8],
    ],
    next: 8,
    hole: false,
    fresh: [1, 1, 6],
  },
])('$name', ({ takes, next, hole, fresh }) => {
  const arrivals = new Arrivals();
  expect(takes.map(([from, to]) => arrivals.take(from!, to!))).toEqual(fresh);
  expect(arrivals.next).toBe(next);
  expect(arrivals.hasHole).toBe(hole);
});

test('agrees with a set of single bytes, whatever comes', () => {
  const ranges = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 })), { maxLength: 25 });
  fc.assert(
    fc.property(ranges, (list) => {
      const arrivals = new Arrivals();
      const bytes = new Set<number>();
      for (const [from, length] of list) {
        const before = bytes.size;
        const parts: number[] = [];
        const had = Array.from({ length }, (_, at) => bytes.has(from + at)).every(Boolean);
        expect(arrivals.has(from, from + length)).toBe(had);
        for (let at = from; at < from + length; at++) bytes.add(at);
        const fresh = arrivals.take(from, from + length, (a, b) => parts.push(b - a));
        expect(fresh).toBe(bytes.size - before);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(fresh);
      }
      let next = 0;
      while (bytes.has(next)) next++;
      expect(arrivals.next).toBe(next);
      expect(arrivals.hasHole).toBe(bytes.size > next);
    }),
  );
});
