import { describe, expect, test } from 'vitest';
import { parseToml, tomlString } from '../../src/config/toml.ts';

test('the example of the documentation', () => {
  const text = [
    '# colours',
    'theme = "light"   # by day',
    'mouse = false',
    '',
    '[keys]',
    "conversations = 'C'",
    '"step-client" = [ "F3", "#" ] # two',
    'quit=[]',
    'count = -12',
  ].join('\r\n');
  expect(parseToml(text)).toEqual({
    entries: [
      { table: '', key: 'theme', value: 'light', line: 2 },
      { table: '', key: 'mouse', value: false, line: 3 },
      { table: 'keys', key: 'conversations', value: 'C', line: 6 },
      { table: 'keys', key: 'step-client', value: ['F3', '#'], line: 7 },
      { table: 'keys', key: 'quit', value: [], line: 8 },
      { table: 'keys', key: 'count', value: -12, line: 9 },
    ],
    problems: [],
  });
});

test.each([
  { text: 'theme', says: 'not understood: theme; write name = "value"' },
  { text: 'theme = light', says: 'the value of theme is not understood: light; texts stand in quotes' },
  { text: 'theme =', says: 'the value of theme is not understood: nothing; texts stand in quotes' },
  { text: 'a = "open', says: 'the value of a is not understood: "open; texts stand in quotes' },
  { text: 'a = "\\q"', says: 'the value of a is not understood: "\\q"; texts stand in quotes' },
  { text: 'a = ["x" "y"]', says: 'the value of a is not understood: ["x" "y"]; texts stand in quotes' },
  { text: '[keys', says: 'not understood: [keys; a part begins with [keys]' },
])('$text', ({ text, says }) => {
  expect(parseToml(`\n${text}`)).toEqual({ entries: [], problems: [{ line: 2, message: says }] });
});

test('a key that is set twice is told, and the lines after it are read', () => {
  const { entries, problems } = parseToml('a = 1\na = 2\nb = 3\n[t]\na = 4');
  expect(entries.map(({ value }) => value)).toEqual([1, 3, 4]);
  expect(problems).toEqual([{ line: 2, message: 'a is set twice' }]);
});

describe('texts', () => {
  test.each([
    { toml: '"a\\"b\\\\c"', text: 'a"b\\c' },
    { toml: '"\\u00e9\\U0001F642\\t"', text: 'é🙂\t' },
    { toml: "'C:\\no\\escapes'", text: 'C:\\no\\escapes' },
    { toml: '"# no comment"', text: '# no comment' },
  ])('$toml', ({ toml, text }) => {
    expect(parseToml(`a = ${toml} # end`).entries[0]?.value).toBe(text);
  });

  test.each(['', 'plain', 'tcp.port == 80 && frame contains "a\\"b"', 'tab\there', '\x1b]0;x\x07', "ü # '"])(
    '%j is read as it was written',
    (text) => {
      const written = tomlString(text);
      expect(written).toMatch(/^[^\p{Cc}]*$/u);
      expect(parseToml(`a = ${written}`).entries[0]?.value).toBe(text);
    },
  );
});
