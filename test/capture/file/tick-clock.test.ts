import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TickClock, ticksOfResolution } from '../../../capture/file/tick-clock.ts';

test.each([
  { byte: 6, want: 1_000_000n },
  { byte: 9, want: 1_000_000_000n },
  { byte: 0x80 | 20, want: 1_048_576n },
  { byte: 0x80, want: 1n },
])('if_tsresol $byte', ({ byte, want }) => expect(ticksOfResolution(byte)).toBe(want));

test('any time in any resolution splits as whole numbers do', () => {
  const resolution = fc.oneof(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0x80, max: 0x80 + 63 }));
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(
      resolution,
      word,
      word,
      fc.integer({ min: -1000, max: 1000 }),
      (byte, high, low, offsetSec) => {
        const perSecond = ticksOfResolution(byte);
        const clock = new TickClock(perSecond, offsetSec);
        clock.split(high, low);
        const ticks = (BigInt(high) << 32n) | BigInt(low);
        expect(clock.sec).toBe(Number(ticks / perSecond) + offsetSec);
        expect(clock.nsec).toBe(Number(((ticks % perSecond) * 1_000_000_000n) / perSecond));
      },
    ),
    { numRuns: 2000 },
  );
});
