import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../capture/user-error.ts';
import { AF_INET, AF_INET6, AF_UNIX } from '../../src/sockets/constants.ts';
import { formatIpv6, parseIpv6 } from '../../src/sockets/ip-text.ts';
import { addressText, decodeAddress, encodeAddress } from '../../src/sockets/sockaddr.ts';
import type { Address } from '../../src/sockets/types.ts';

// Bytes as strace -X raw and the man pages ip(7), ipv6(7), unix(7) have them, on a little-endian machine.
const TABLE: readonly { address: Address; family: number; hex: string; text: string }[] = [
  {
    address: ['127.0.0.1', 3500],
    family: AF_INET,
    hex: '02000dac7f0000010000000000000000',
    text: '127.0.0.1:3500',
  },
  {
    address: ['255.255.255.255', 65_535],
    family: AF_INET,
    hex: '0200ffffffffffff0000000000000000',
    text: '255.255.255.255:65535',
  },
  {
    address: ['::1', 7],
    family: AF_INET6,
    hex: `0a00000700000000${'00'.repeat(15)}0100000000`,
    text: '[::1]:7',
  },
  {
    address: ['fe80::1', 7, 0x12345, 2],
    family: AF_INET6,
    hex: `0a00000700012345fe80${'00'.repeat(13)}0102000000`,
    text: '[fe80::1%2]:7',
  },
  { address: '/tmp/s', family: AF_UNIX, hex: '01002f746d702f7300', text: 'unix:/tmp/s' },
  { address: '\0abs', family: AF_UNIX, hex: '010000616273', text: 'unix:@abs' },
  { address: '', family: AF_UNIX, hex: '0100', text: 'unix:' },
];

test.each(TABLE)('$text as bytes and as text', ({ address, family, hex, text }) => {
  const bytes = encodeAddress(address, family);
  expect(Buffer.from(bytes).toString('hex')).toBe(hex);
  expect(decodeAddress(bytes, bytes.byteLength)).toEqual(address);
  expect(addressText(address)).toBe(text);
});

describe('what is no address', () => {
  test.each([
    [['localhost', 80], AF_INET],
    [['1.2.3', 80], AF_INET],
    [['::1', 80], AF_INET],
    [['fe80::1%lo', 80], AF_INET6],
    [['127.0.0.1', 65_536], AF_INET],
    [['127.0.0.1', -1], AF_INET],
    [['127.0.0.1', 1.5], AF_INET],
    ['x'.repeat(109), AF_UNIX],
  ] as const)('%j is refused with a hint', (address, family) => {
    expect(() => encodeAddress(address, family)).toThrow(UserError);
  });
  test('bytes cut short anywhere give null or an address, never an error', () => {
    for (const { address, family } of TABLE) {
      const bytes = encodeAddress(address, family);
      for (let length = 0; length < bytes.byteLength; length++) {
        if (family !== AF_UNIX) expect(decodeAddress(bytes, length)).toBeNull();
        else expect(() => decodeAddress(bytes.subarray(0, length), 1000)).not.toThrow();
      }
    }
  });
});

test('IPv6 text is what the URL standard writes (RFC 5952), and reads back', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (words) => {
      const bytes = Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
      const text = formatIpv6(bytes);
      const isMapped = text.includes('.');
      if (!isMapped)
        expect(`[${text}]`).toBe(
          new URL(`http://[${words.map((word) => word.toString(16)).join(':')}]/`).hostname,
        );
      expect(parseIpv6(text)).toEqual(bytes);
    }),
  );
  expect(formatIpv6(parseIpv6('::ffff:192.0.2.1') ?? new Uint8Array())).toBe('::ffff:192.0.2.1');
});
