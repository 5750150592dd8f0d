import { expect, test } from 'vitest';
import { bothRuns, mendedFile, mendedRun } from '../../src/scenarios/mended-run.ts';

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

test('the command that shows both runs names the mistake', () => {
  const parameters = { mistake: 'one-recv', family: 'ipv6' };
  const want = 'sockscope run tcp-echo --mistake one-recv --family ipv6 --compare';
  expect(bothRuns({ scenario: 'tcp-echo', parameters })).toBe(want);
  expect(bothRuns({ scenario: 'tcp-echo', parameters: { mistake: 'none' } })).toBeNull();
});

test.each([
  ['a.pcapng', 'a-mended.pcapng'],
  ['./x.y/run', './x.y/run-mended'],
])('the mended run of %s is saved as %s', (path, want) => {
  expect(mendedFile(path)).toBe(want);
});
