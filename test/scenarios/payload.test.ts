import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Payload, randomPayload, textPayload } from '../../src/scenarios/support/payload.ts';

const all = (payload: Payload): Buffer => Buffer.from(payload.slice(0, payload.length));
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('pseudo-random content', () => {
  test('is the same however it is cut', () => {
    const size = 3_000_000;
    const whole = all(randomPayload(size, 7));
    const cuts = fc.record({ at: fc.nat(size - 1), length: fc.integer({ min: 1, max: 200_000 }) });
    const payload = randomPayload(size, 7);
    fc.assert(
      fc.property(cuts, ({ at, length }) => {
        expect(payload.slice(at, length).equals(whole.subarray(at, at + length))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('is the beginning of a longer one only as far as its own length', () => {
    expect(all(randomPayload(70_000, 1)).length).toBe(70_000);
    expect(randomPayload(10, 1).slice(8, 100).length).toBe(2);
    expect(randomPayload(10, 1).slice(10, 100).length).toBe(0);
    expect(all(randomPayload(0, 1)).length).toBe(0);
  });

  test('depends on the seed', () => {
    const hashes = [0, 1, 2, 3, 0xffff_ffff].map((seed) => sha(all(randomPayload(100_000, seed))));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('is not a few bytes over and over: a block that moved by any lap is noticed', () => {
    const bytes = all(randomPayload(5_000_000, 3));
    const kinds = new Set<string>();
    for (let at = 0; at + 65_536 <= bytes.length; at += 65_536)
      kinds.add(sha(bytes.subarray(at, at + 65_536)));
    expect(kinds.size).toBe(Math.floor(bytes.length / 65_536));
    const counts = new Uint32Array(256);
    for (const byte of bytes) counts[byte]! += 1;
    expect(Math.min(...counts) / Math.max(...counts)).toBeGreaterThan(0.9);
  });
});

test('a text is its UTF-8 bytes', () => {
  const payload = textPayload('día');
  expect(payload.length).toBe(4);
  expect(payload.slice(1, 2)).toEqual(Buffer.from([0xc3, 0xad]));
});
