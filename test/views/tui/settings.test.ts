import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyTable, keyText, parseKey } from '../../../views/tui/key-table.ts';
import { COMMANDS } from '../../../views/tui/keys.ts';
import { expandFilter, readFilterLine, readFilters, storeFilter } from '../../../views/tui/saved-filters.ts';
import { readSettings } from '../../../views/tui/settings.ts';
import { withConfigHome } from './config-home.ts';

const home = withConfigHome();

function write(name: string, text: string): string {
  const path = join(home(), 'sockscope', name);
  mkdirSync(join(home(), 'sockscope'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('config.toml', () => {
  test('need not be there, and is not made', () => {
    const { theme, mouse, keys, problems } = readSettings();
    expect({ theme, mouse, problems }).toEqual({ theme: null, mouse: true, problems: [] });
    expect(keys.of('j')?.name).toBe('down');
    expect(existsSync(join(home(), 'sockscope'))).toBe(false);
  });

  test('sets theme, mouse and keys', () => {
    write(
      'config.toml',
      'theme = "16"\nmouse = false\n[keys]\nquit = ["F10", "q"]\nconversations = "F6"\nmark = []\n',
    );
    const { theme, mouse, keys, problems } = readSettings();
    expect({ theme, mouse, problems }).toEqual({ theme: '16', mouse: false, problems: [] });
    expect(['f10', 'q', 'f6', 'c', 'm', 'j'].map((key) => keys.of(key)?.name ?? null)).toEqual([
      'quit',
      'quit',
      'conversations',
      null,
      null,
      'down',
    ]);
    expect([keys.keyOf('quit'), keys.keyOf('mark')]).toEqual(['F10', ':mark']);
  });

  test('two commands may change their keys with each other', () => {
    write('config.toml', '[keys]\nladder = "p"\npackets = "l"\n');
    const { keys, problems } = readSettings();
    expect(problems).toEqual([]);
    expect([keys.of('p')?.name, keys.of('l')?.name]).toEqual(['ladder', 'packets']);
  });

  test.each([
    { text: 'theme = "pink"', at: 1, says: 'theme is one of auto, dark, light, 16, mono' },
    { text: '\nmouse = "off"', at: 2, says: 'mouse is true or false' },
    { text: 'colour = 1', at: 1, says: 'there is no setting colour' },
    { text: '[colours]\na = 1', at: 2, says: 'there is no part [colours]' },
    { text: '[keys]\nladdr = "x"', at: 2, says: 'there is no command laddr: did you mean ladder?' },
    { text: '[keys]\nladder = "Hyper-x"', at: 2, says: 'no key is called Hyper-x' },
    { text: '[keys]\nladder = "7"', at: 2, says: 'no key is called 7' },
    { text: '[keys]\nladder = "C-c"', at: 2, says: 'Ctrl-C always quits' },
    { text: '[keys]\nladder = 3', at: 2, says: 'ladder = "x" gives one key' },
    { text: '[keys]\n\nladder = "p"', at: 3, says: 'p is the key of packets and of ladder' },
    { text: '[keys]\nladder = "Z"\nwhy = "Z"', at: 3, says: 'Z is the key of ladder and of why' },
  ])('$text', ({ text, at, says }) => {
    const path = write('config.toml', text);
    const { problems, keys } = readSettings();
    expect(problems[0]).toContain(`${path}:${at}: ${says}`);
    // Whatever is wrong, the usual keys are there.
    for (const { name, keys: own } of COMMANDS) for (const key of own) expect(keys.of(key)?.name).toBe(name);
  });

  test('that cannot be read is told', () => {
    mkdirSync(join(home(), 'sockscope', 'config.toml'), { recursive: true });
    expect(readSettings().problems).toEqual([expect.stringContaining('config.toml cannot be read: EISDIR')]);
  });
});

test.each([
  { text: 'x', key: 'x', shown: 'x' },
  { text: 'Ctrl-F', key: 'C-f', shown: 'Ctrl-F' },
  { text: 'c-f', key: 'C-f', shown: 'Ctrl-F' },
  { text: 'Alt-x', key: 'M-x', shown: 'Alt-x' },
  { text: 'PgDn', key: 'pagedown', shown: 'PgDn' },
  { text: 'Space', key: 'space', shown: 'Space' },
  { text: ' ', key: 'space', shown: 'Space' },
  { text: 'f12', key: 'f12', shown: 'F12' },
  { text: 'Esc', key: 'escape', shown: 'Esc' },
  { text: 'é', key: 'é', shown: 'é' },
])('a key is called $text', ({ text, key, shown }) => {
  expect(parseKey(text)).toBe(key);
  expect(keyText(key)).toBe(shown);
});

test('each key of the table can be written as it is shown', () => {
  for (const { keys } of COMMANDS) for (const key of keys) expect(parseKey(keyText(key))).toBe(key);
  expect(keyTable().commands).toEqual(COMMANDS);
});

describe('saved filters', () => {
  test('are written to a file of their own, and read again', () => {
    write('config.toml', 'theme = "dark"\n');
    const text = 'frame contains "a\\"b" && tcp.port == 80';
    expect(storeFilter('web', text)).toMatchObject({ ok: true });
    storeFilter('dns', 'udp.port == 53');
    expect([...readFilters().filters]).toEqual([
      ['dns', 'udp.port == 53'],
      ['web', text],
    ]);
    storeFilter('dns', null);
    expect([...readFilters().filters.keys()]).toEqual(['web']);
    expect(readFileSync(join(home(), 'sockscope', 'config.toml'), 'utf8')).toBe('theme = "dark"\n');
  });

  test('a file that is not understood is left alone', () => {
    const path = write('filters.toml', 'web = tcp\n');
    expect(storeFilter('dns', 'udp')).toEqual({ ok: false, problem: expect.stringContaining(`${path}:1: `) });
    expect(readFileSync(path, 'utf8')).toBe('web = tcp\n');
  });

  const filters = new Map([
    ['web', 'tcp.port == 80 || tcp.port == 8000'],
    ['syn', 'tcp.flags.syn == 1'],
  ]);

  test.each([
    { typed: 'udp', text: 'udp' },
    { typed: '$syn', text: '(tcp.flags.syn == 1)' },
    { typed: '$web && !$syn', text: '(tcp.port == 80 || tcp.port == 8000) && !(tcp.flags.syn == 1)' },
    { typed: 'frame contains "$syn"', text: 'frame contains "$syn"' },
  ])('$typed', ({ typed, text }) => {
    expect(expandFilter(typed, filters)).toMatchObject({ text, unknown: null });
  });

  test('a place in the expanded text is found in what was typed', () => {
    const { text, typedAt } = expandFilter('!$syn && udp.prt', filters);
    expect(typedAt(0)).toBe(0);
    expect(typedAt(text.indexOf('flags'))).toBe(1);
    expect(typedAt(text.indexOf('udp.prt'))).toBe('!$syn && '.length);
    expect(typedAt(text.length)).toBe('!$syn && udp.prt'.length);
  });

  test('a name that is not there is told with its place', () => {
    expect(expandFilter('udp && $nope', filters).unknown).toEqual({ name: 'nope', from: 7, to: 12 });
  });

  test.each([
    { typed: '$a == 1', want: { kind: 'use', text: '$a == 1' } },
    { typed: '$a = udp ', want: { kind: 'save', name: 'a', text: 'udp', from: 5 } },
    { typed: '$a=', want: { kind: 'save', name: 'a', text: '', from: 3 } },
  ])('$typed', ({ typed, want }) => expect(readFilterLine(typed)).toEqual(want));
});
