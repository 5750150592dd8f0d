import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LogFollower } from '../../src/lab/readiness.ts';

const folder = mkdtempSync(join(tmpdir(), 'sockscope-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Pieces of 64 kB are read at a time. */
const PIECE = 65_536;

function followerOf(bytes: number): LogFollower {
  const file = join(folder, `${bytes}`);
  writeFileSync(file, Buffer.alloc(bytes));
  return new LogFollower(openSync(file, 'r'));
}

function readsOf(follower: LogFollower, forMs?: number): number {
  for (let reads = 0; reads < 100; reads++) if (!follower.read(forMs)) return reads;
  throw new Error('it does not come to an end');
}

test.each([
  { bytes: 0, forMs: undefined, want: 0 },
  { bytes: 3 * PIECE + 1, forMs: undefined, want: 1 },
  // However little time there is, it goes on.
  { bytes: 3 * PIECE + 1, forMs: 0, want: 4 },
])('$bytes bytes of log, $forMs ms each time: read after $want times', ({ bytes, forMs, want }) => {
  expect(readsOf(followerOf(bytes), forMs)).toBe(want);
});
