import { expect, test } from 'vitest';
import { parseFilter } from '../../src/filter/filter.ts';
import { fieldSuggestion, nearFields } from '../../src/filter/near-fields.ts';

test.each([
  ['tcp.prot', 'tcp.port'],
  ['ip.sorc', 'ip.src'],
  ['tcp.sqe', 'tcp.seq'],
  ['TCP.PORT', 'tcp.port'],
  ['tcp.anlysis.retransmission', 'tcp.analysis.retransmission'],
])('%s was to be %s', (typed, meant) => {
  expect(nearFields(typed)[0]).toBe(meant);
});

test('what its protocol calls otherwise is found by a part of it', () => {
  expect(nearFields('tcp.timestamp')).toContain('tcp.options.timestamp');
});

test('nothing is suggested for what is like no field', () => {
  expect(fieldSuggestion('entirely.unrelated_words')).toBeNull();
});

test('a filter says what may have been meant, and where', () => {
  const result = parseFilter('tcp.len > 0 && tcp.prt == 80');
  const error = result.ok ? null : result.error;
  expect([error?.hint, error?.from, error?.to]).toEqual(['did you mean tcp.port?', 15, 22]);
});
