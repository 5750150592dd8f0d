import { openSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LiveCapture } from '../../../capture/live/engine.ts';
import { openSentinel } from '../../../capture/live/sentinel.ts';

/** A capture to which nothing comes. */
class DeafCapture implements Pick<LiveCapture, 'drain' | 'redirect' | 'stats'> {
  looks = 0;
  drain(): number {
    this.looks++;
    return 0;
  }
  redirect(): void {}
  stats(): null {
    return null;
  }
}

test('a deadline that has passed gives nothing up before it was looked a hundred times', async () => {
  const sentinel = await openSentinel();
  const deaf = new DeafCapture();
  const out = openSync('/dev/null', 'w');
  const { complete } = await sentinel.finish(deaf as unknown as LiveCapture, out, { withinMs: 0 });
  sentinel.close();
  expect(complete).toBe(false);
  expect(deaf.looks).toBeGreaterThanOrEqual(100);
  expect(deaf.looks).toBeLessThan(300);
});
