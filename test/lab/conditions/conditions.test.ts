import { describe, expect, test } from 'vitest';
import { UserError } from '../../../capture/user-error.ts';
import { type ConditionsRequest, checkConditions } from '../../../src/lab/conditions/conditions.ts';
import { checkCongestion } from '../../../src/lab/conditions/congestion.ts';
import { formatRate, parseDelay, parseRate } from '../../../src/lab/conditions/units.ts';

const NOTHING: ConditionsRequest = {
  mtu: null,
  offload: null,
  loss: null,
  seed: null,
  rate: null,
  delay: null,
  congestion: null,
};
const PRIVATE = { net: 'private', ipv6: false } as const;

function refusal(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a private network is Ethernet-like unless told otherwise', () => {
  expect(checkConditions(NOTHING, PRIVATE)).toEqual({
    mtu: 1500,
    offload: false,
    lossPercent: 0,
    seed: 1,
    bitsPerSecond: null,
    delayMs: null,
    congestion: null,
  });
});

test('the host keeps its network', () => {
  expect(
    checkConditions({ ...NOTHING, congestion: 'reno', seed: 4 }, { net: 'host', ipv6: false }),
  ).toBeNull();
});

test.each([
  { asked: { loss: 1 }, says: '--loss needs --net private' },
  { asked: { mtu: 1500 }, says: '--mtu needs --net private' },
  { asked: { offload: false }, says: '--offload needs --net private' },
  { asked: { rate: '1mbit' }, says: '--rate needs --net private' },
  { asked: { delay: '1ms' }, says: '--delay needs --net private' },
])('the host refuses $says', ({ asked, says }) => {
  const error = refusal(() => checkConditions({ ...NOTHING, ...asked }, { net: 'host', ipv6: false }));
  expect(error).toMatchObject({ message: says, exitCode: 2 });
});

test.each([
  { asked: { mtu: 67 }, says: '--mtu 67 is out of range' },
  { asked: { mtu: 65_537 }, says: '--mtu 65537 is out of range' },
  { asked: { mtu: 1500.5 }, says: '--mtu 1500.5 is out of range' },
  { asked: { loss: -1 }, says: '--loss -1 is not a percentage' },
  { asked: { loss: 101 }, says: '--loss 101 is not a percentage' },
  { asked: { loss: Number.NaN }, says: '--loss NaN is not a percentage' },
  { asked: { loss: 0.001 }, says: '--loss 0.001 is finer than the kernel rule can be' },
  { asked: { seed: -1 }, says: '--seed -1 is not a whole number in range' },
  { asked: { seed: 2 ** 32 }, says: '--seed 4294967296 is not a whole number in range' },
])('refuses: $says', ({ asked, says }) => {
  const error = refusal(() => checkConditions({ ...NOTHING, ...asked }, PRIVATE));
  expect(error).toMatchObject({ message: says, exitCode: 2 });
});

test('IPv6 needs 1280 bytes, and the reason is said', () => {
  const ipv6 = { net: 'private', ipv6: true } as const;
  expect(checkConditions({ ...NOTHING, mtu: 1280 }, ipv6)?.mtu).toBe(1280);
  const error = refusal(() => checkConditions({ ...NOTHING, mtu: 1279 }, ipv6));
  expect(error.message).toContain('RFC 8200');
  expect(error.exitCode).toBe(2);
});

describe('units of tc(8)', () => {
  test.each([
    ['10mbit', 10_000_000],
    ['10Mbit', 10_000_000],
    ['1.5mbit', 1_500_000],
    ['64kbit', 64_000],
    ['64kibit', 65_536],
    ['1gbit', 1_000_000_000],
    ['100kbps', 800_000],
    ['1mibps', 8_388_608],
    ['8000', 8000],
    ['8000bit', 8000],
    ['2m', 2_000_000],
  ])('rate %s is %i bit/s', (text, want) => expect(parseRate(text)).toBe(want));

  test.each(['', 'fast', '-1mbit', '10 mbit', '1xbit', '7999bit', '101gbit', '0', '1e9'])(
    'rate "%s" is refused',
    (text) => expect(refusal(() => parseRate(text)).exitCode).toBe(2),
  );

  test.each([
    ['20ms', 20],
    ['500us', 0.5],
    ['1s', 1000],
    ['0.1s', 100],
  ])('delay %s is %d ms', (text, want) => expect(parseDelay(text)).toBe(want));

  test.each(['20', '0ms', '11s', '-1ms', 'x', ''])('delay "%s" is refused', (text) =>
    expect(refusal(() => parseDelay(text)).exitCode).toBe(2),
  );

  test.each([
    [10_000_000, '10mbit'],
    [1_500_000, '1500kbit'],
    [65_536, '65536bit'],
    [1e12, '1tbit'],
  ])('%i bit/s is shown as %s', (rate, want) => expect(formatRate(rate)).toBe(want));
});

test('a congestion control that is not there is refused with those that are', () => {
  expect(checkCongestion('reno', ['reno', 'cubic'])).toBe('reno');
  const error = refusal(() => checkCongestion('vegas; rm', ['reno', 'cubic']));
  expect(error.exitCode).toBe(2);
  expect(error.hint).toContain('reno, cubic');
  expect(error.hint).not.toContain(';  rm');
});
