import { expect, test } from 'vitest';
import { VainWait } from '../../src/lab/vain-wait.ts';

const call = (role: string, name: string, enterNs: bigint) => ({ role, name, enterNs });

test('a server waits in vain when it has blocked in one accept for as long as it is given', () => {
  const wait = new VainWait(1000);
  const first = [call('server', 'accept', 5n)];
  expect(wait.lasts(['server'], first, 0)).toBe(false);
  expect(wait.lasts(['server'], first, 999)).toBe(false);
  // Somebody came: it is another accept.
  const second = [call('server', 'accept', 6n)];
  expect(wait.lasts(['server'], second, 1001)).toBe(false);
  expect(wait.lasts(['server'], second, 2000)).toBe(false);
  expect(wait.lasts(['server'], second, 2001)).toBe(true);
});

test('who is in no call, or in one that serves somebody, does not', () => {
  const wait = new VainWait(1000);
  for (const pending of [[], [call('server', 'send', 5n)], [call('server.1', 'accept', 5n)]]) {
    expect(wait.lasts(['server'], pending, 0)).toBe(false);
    expect(wait.lasts(['server'], pending, 9999)).toBe(false);
  }
  const one = [call('server 1', 'accept', 5n), call('server 2', 'send', 5n)];
  expect(wait.lasts(['server 1', 'server 2'], one, 10_000)).toBe(false);
  expect(wait.lasts(['server 1', 'server 2'], one, 20_000)).toBe(false);
});
