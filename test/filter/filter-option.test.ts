import { expect, test } from 'vitest';
import { filterOption, needsTimeline } from '../../src/filter/filter-option.ts';

test.each([
  ['tcp.port == 80 && !udp', false],
  ['max(tcp.srcport, 80) > {tcp.dstport + 2} * 3', false],
  ['tcp && !(call.name == "send")', true],
  ['tcp.port in {80} || call.fd in {3}', true],
  ['max(call.ret) > 5', true],
  ['abs(-call.ret) == 1', true],
  ['call.ret + 1 > 5', true],
  ['tcp.srcport == call.port', true],
  ['tcp.srcport == {call.port + 1}', true],
  ['len(call.data) > 2', true],
])('%s needs the calls of a session: %s', (text, needs) => {
  expect(needsTimeline(filterOption(text).node)).toBe(needs);
});
