import { expect, test } from 'vitest';
import { HeldOpen } from '../../../views/tui/held-open.ts';

test('a run that ends after the screen was left closes nothing again', () => {
  const closed: string[] = [];
  const held = new HeldOpen();
  held.replace(() => closed.push('first'));
  held.close();
  held.replace(() => closed.push('second'));
  expect(closed).toEqual(['first']);
  held.close();
  expect(closed).toEqual(['first', 'second']);
});
