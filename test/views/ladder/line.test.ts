import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { Canvas, shorten, widthOf, wrap } from '../../../views/ladder/line.ts';

test('the width of every character is that of string-width, whichever way it is found', () => {
  const wrong: string[] = [];
  for (let code = 0x20; code < 0xd800; code++) {
    const char = String.fromCharCode(code);
    if (widthOf(char) !== stringWidth(char)) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});

describe('wrap', () => {
  test.each([
    { text: 'one two three', width: 8, want: ['one two', 'three'] },
    { text: 'incomprehensible', width: 8, want: ['incompre', 'hensible'] },
    { text: '漢字漢字漢字', width: 8, want: ['漢字漢字', '漢字'] },
    { text: '', width: 8, want: [] },
  ])('"$text"', ({ text, width, want }) => expect(wrap(text, width)).toEqual(want));

  test('loses nothing but spaces, and ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

test.each([
  { text: 'short', width: 5, want: 'short' },
  { text: 'longer', width: 5, want: 'long…' },
  { text: '漢字', width: 3, want: '漢…' },
  { text: 'longer', width: 0, want: '' },
])('shorten "$text" to $width', ({ text, width, want }) => expect(shorten(text, width, '…')).toBe(want));

test('a canvas covers, keeps within its edges, and knows wide characters', () => {
  const canvas = new Canvas(8);
  canvas.put(0, '────────', 'lane');
  canvas.put(2, '漢', 'data');
  canvas.putBefore(7, 'ab', 'call');
  canvas.put(7, '字', 'data');
  canvas.put(-1, 'xy', 'dim');
  expect(canvas.line().map(({ text }) => text)).toEqual(['y', '─', '漢', '──', 'ab']);
});
