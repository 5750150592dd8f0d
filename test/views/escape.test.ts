import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safe, safeBytes, safeJson } from '../../views/escape.ts';

describe('safe', () => {
  test.each([
    { name: 'plain text', text: 'hello {red-fg} ü 漢字 🙂', want: 'hello {red-fg} ü 漢字 🙂' },
    { name: 'C0', text: 'a\n\r\t\0\u0007\u007f', want: 'a\\n\\r\\t\\0\\x07\\x7f' },
    { name: 'an escape sequence', text: '\u001b[2J', want: '\\x1b[2J' },
    { name: 'C1', text: '\u009b31m\u0085', want: '\\x9b31m\\x85' },
    { name: 'bidirectional marks', text: 'a\u202eb\u2066c\u061c', want: 'a\\u{202e}b\\u{2066}c\\u{61c}' },
    { name: 'zero width', text: 'a\u200bb\u200d\ufeff\u00ad', want: 'a\\u{200b}b\\u{200d}\\u{feff}\\xad' },
    { name: 'line separators', text: '\u2028\u2029', want: '\\u{2028}\\u{2029}' },
    { name: 'fillers and tags', text: '\u3164\u{e0041}', want: '\\u{3164}\\u{e0041}' },
    { name: 'half a pair', text: '\ud83d', want: '\\u{d83d}' },
  ])('$name', ({ text, want }) => expect(safe(text)).toBe(want));

  test('whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(safe(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('safeBytes', () => {
  test.each([
    { name: 'ASCII', bytes: Buffer.from('hello\n'), max: 10, want: 'hello\\n' },
    { name: 'a backslash', bytes: Buffer.from('\\n'), max: 10, want: '\\\\n' },
    { name: 'UTF-8', bytes: Buffer.from('grüße'), max: 10, want: 'grüße' },
    { name: 'no UTF-8', bytes: Buffer.from([0x61, 0xff, 0x80, 0x1b]), max: 13, want: 'a\\xff\\x80\\x1b' },
    { name: 'more than fits', bytes: Buffer.from('hello'), max: 4, want: 'hell…' },
    { name: 'escapes that do not fit', bytes: Buffer.from([0xff, 0xff, 0xff]), max: 9, want: '\\xff\\xff…' },
    { name: 'UTF-8 cut in a character', bytes: Buffer.from('🙂🙂'), max: 1, want: '🙂…' },
    { name: 'nothing', bytes: Buffer.from(''), max: 4, want: '' },
  ])('$name', ({ bytes, max, want }) => expect(safeBytes(bytes, max)).toBe(want));
});

test('safeJson means the same and holds ASCII where a terminal could be fooled', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      expect(JSON.parse(safeJson(json))).toEqual(JSON.parse(json));
      expect(safeJson(json)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
  );
  expect(safeJson('"\u009b\u202e\u{e0041}"')).toBe('"\\u009b\\u202e\\udb40\\udc41"');
});
