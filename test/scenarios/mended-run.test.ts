import { expect, test } from 'vitest';
import { mendedRun } from '../../src/scenarios/mended-run.ts';

test.each([
  { scenario: 'tcp-echo', parameters: { mistake: 'none' }, want: null },
  { scenario: 'udp-echo', parameters: {}, want: null },
  { scenario: 'mine.js', parameters: { mistake: 'one-recv' }, want: null },
  {
    scenario: 'tcp-echo',
    parameters: { mistake: 'no-listen', family: 'ipv4' },
    want: 'sockscope run tcp-echo',
  },
  {
    ...{ scenario: 'tcp-echo', parameters: { mistake: 'one-recv', family: 'ipv6' } },
    want: 'sockscope run tcp-echo --chunk 2 --family ipv6',
  },
  { scenario: 'telnet', parameters: { mistake: 'whole-recv' }, want: 'sockscope run telnet' },
])('$scenario $parameters', ({ scenario, parameters, want }) => {
  expect(mendedRun({ scenario, parameters })).toBe(want);
});
