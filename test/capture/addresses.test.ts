import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../capture/addresses.ts';

test.each([
  { address: 0x7f00_0001, want: '127.0.0.1' },
  { address: 0xffff_ffff, want: '255.255.255.255' },
  { address: 0, want: '0.0.0.0' },
])('IPv4 $want', ({ address, want }) => expect(formatIpv4(address)).toBe(want));

// RFC 5952 §4 and what inet_ntop(3) of glibc does with embedded IPv4.
test.each([
  { words: [0, 0, 0, 0], want: '::' },
  { words: [0, 0, 0, 1], want: '::1' },
  { words: [0, 0, 0, 0x8001], want: '::8001' },
  { words: [0, 0, 0, 0x0102_0304], want: '::1.2.3.4' },
  { words: [0, 0, 0xffff, 0x0a00_0001], want: '::ffff:10.0.0.1' },
  { words: [0xfe80_0000, 0, 0, 1], want: 'fe80::1' },
  { words: [0x2001_0db8, 0, 0, 0], want: '2001:db8::' },
  { words: [0x2001_0db8, 0x0000_0001, 0x0001_0001, 0x0001_0001], want: '2001:db8:0:1:1:1:1:1' },
  { words: [0x2001_0000, 0x0000_0001, 0, 1], want: '2001:0:0:1::1' },
  { words: [0x0001_0000, 0, 0x0001_0000, 0x0000_0001], want: '1::1:0:0:1' },
])('IPv6 $want', ({ words, want }) => {
  const [a = 0, b = 0, c = 0, d = 0] = words;
  expect(formatIpv6(a, b, c, d)).toBe(want);
});

test('every IPv6 text is one, and stands for the same address', () => {
  const word = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0x10000), fc.integer({ min: 0, max: 0xffff_ffff }));
  fc.assert(
    fc.property(word, word, word, word, (a, b, c, d) => {
      const text = formatIpv6(a, b, c, d);
      expect(isIPv6(text)).toBe(true);
      const hex = [a, b, c, d].map((each) => each.toString(16).padStart(8, '0')).join('');
      // The URL parser reads addresses too, and writes each in one way.
      const long = hex.replace(/(....)(?!$)/g, '$1:');
      expect(new URL(`http://[${text}]`).hostname).toBe(new URL(`http://[${long}]`).hostname);
    }),
  );
});
