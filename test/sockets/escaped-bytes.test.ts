import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeBytes, unescapeBytes } from '../../src/sockets/escaped-bytes.ts';

test.each([
  { text: 'hello\\n', bytes: [0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x0a] },
  { text: '\\x00\\0\\xfF', bytes: [0, 0, 0xff] },
  { text: '\\\\n\\"\\t\\r', bytes: [0x5c, 0x6e, 0x22, 9, 13] },
  { text: 'ñ', bytes: [0xc3, 0xb1] },
  { text: '', bytes: [] },
])('$text stands for $bytes', ({ text, bytes }) => {
  const parsed = unescapeBytes(text);
  expect(parsed.ok && [...parsed.bytes]).toEqual(bytes);
});

test.each([
  { text: 'a\\q', at: 1 },
  { text: '\\x4', at: 0 },
  { text: 'end\\', at: 3 },
])('$text is wrong at $at', ({ text, at }) => {
  expect(unescapeBytes(text)).toMatchObject({ ok: false, at });
});

test('any bytes survive the way there and back, as printable ASCII', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const text = escapeBytes(bytes);
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      const back = unescapeBytes(text);
      expect(back.ok && [...back.bytes]).toEqual([...bytes]);
    }),
  );
});
