import { describe, expect, test } from 'vitest';
import { completions } from '../../src/filter/complete.ts';
import { parseFilter } from '../../src/filter/filter.ts';

describe('what is wrong with a filter, and where', () => {
  test.each([
    { text: 'tcp and', from: 7, to: 7, says: 'ends too early' },
    { text: 'tcp.foo == 1', from: 0, to: 7, says: 'no field' },
    { text: 'tcp.port == 70000', from: 12, to: 17, says: '0 to 65535' },
    { text: 'tcp.port == abc', from: 12, to: 15, says: 'not a number' },
    { text: 'ip.flags.mf == true', from: 15, to: 19, says: 'not ' },
    { text: 'ip.flags.mf == "True"', from: 15, to: 21, says: 'not ' },
    { text: 'udp && (tcp', from: 7, to: 8, says: 'not closed' },
    { text: 'tcp) ', from: 3, to: 4, says: 'not expected' },
    { text: 'frame contains GET', from: 15, to: 18, says: 'not bytes' },
    { text: '3 < tcp.port', from: 0, to: 1, says: 'no field' },
    { text: 'tcp.port in {80 443}', from: 16, to: 19, says: 'not expected' },
    { text: 'tcp.port in 80', from: 12, to: 14, says: 'not expected' },
    { text: 'call.name == "connect', from: 13, to: 21, says: 'no closing quote' },
    { text: 'ip.src == tcp.port', from: 0, to: 18, says: 'cannot be compared' },
    { text: 'ip.addr == 1.2.3.4/33', from: 19, to: 21, says: '0 to 32' },
    { text: 'eth.src == 00:11', from: 11, to: 16, says: 'Ethernet address' },
    { text: 'call.name matches "("', from: 18, to: 21, says: 'pattern' },
    { text: 'tcp.port contains 80', from: 0, to: 17, says: 'contains is for text' },
    { text: 'tcp.port[0] == 1', from: 8, to: 11, says: 'slices are of bytes' },
    { text: 'tcp.len + ', from: 10, to: 10, says: 'ends too early' },
    { text: 'ip.src + 1 == 2', from: 7, to: 8, says: 'numbers and times' },
    { text: 'tcp.len / 0 == 1', from: 10, to: 11, says: 'divided by 0' },
    { text: 'frame.time_delta * 2 > 2', from: 17, to: 18, says: 'whole numbers' },
    { text: 'tcp.len * {1 + 2 == 3', from: 17, to: 19, says: 'not expected' },
    { text: 'tcp.len * {1 + 2', from: 10, to: 11, says: 'not closed' },
    { text: '1 + tcp.len == 3', from: 0, to: 1, says: 'no field' },
    { text: 'tcp.len * == 3', from: 10, to: 12, says: 'not expected' },
    { text: 'max(tcp.port, 80', from: 0, to: 3, says: 'closed' },
    { text: 'max(tcp.port, ip.src) == 1', from: 14, to: 20, says: 'do not go together' },
    { text: 'max(1, 2) == 2', from: 4, to: 5, says: 'no field' },
    { text: 'abs(tcp.len, 3) == 2', from: 11, to: 12, says: 'not expected' },
    { text: 'abs(ip.src) == 1', from: 0, to: 11, says: 'for numbers' },
    { text: 'min(tcp.port)', from: 13, to: 13, says: 'ends too early' },
    { text: `tcp.len == ${'{'.repeat(5000)}`, from: 111, to: 112, says: 'not expected' },
    { text: 'tcp.port == 80 @', from: 15, to: 16, says: 'no meaning' },
    { text: `${'('.repeat(5000)}tcp`, from: 200, to: 201, says: 'not expected' },
  ])('$text', ({ text, from, to, says }) => {
    const result = parseFilter(text);
    if (result.ok) throw new Error('it was taken');
    expect({ from: result.error.from, to: result.error.to }).toEqual({ from, to });
    expect(result.error.message).toContain(says);
  });
});

describe('what may come next', () => {
  const first = (text: string, count = 2): string[] =>
    completions(text, text.length)
      .slice(0, count)
      .map((completion) => completion.text);

  test.each([
    { text: 'tcp.flags.sy', want: ['tcp.flags.syn'] },
    { text: 'call.na', want: ['call.name'] },
    { text: 'tcp.port ', want: ['==', '!='] },
    { text: 'tcp.port == 80 ', want: ['&&', '||'] },
    { text: '(tcp.port == 80 ', want: ['&&', '||'] },
    { text: 'tcp.flags.syn == ', want: ['1', '0'] },
    { text: 'ip.proto == T', want: ['TCP', 'SCTP'] },
    { text: 'tcp.port in ', want: ['{'] },
    { text: 'abs', want: ['abs('] },
    { text: 'max(tcp.port ', want: [',', ')'] },
    { text: 'abs(tcp.len ', want: [')'] },
    { text: 'tcp.len == {frame.len - 40 ', want: ['}'] },
    { text: 'nonsense here ', want: [] },
  ])('$text', ({ text, want }) => expect(first(text)).toEqual(want));

  test('the word under the cursor is what is replaced', () => {
    const [completion] = completions('tcp && ip.sr', 12);
    expect(completion).toMatchObject({ text: 'ip.src', from: 7, to: 12 });
  });
});

test('a flag alone is a question about presence, and that is said', () => {
  const result = parseFilter('ip && tcp.flags.syn');
  expect(result.ok && result.filter.hints).toMatchObject([{ from: 6, to: 19 }]);
});
