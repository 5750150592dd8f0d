import { expect, test } from 'vitest';
import { COMMANDS } from '../../../views/tui/keys.ts';
import { keysMarkdown } from '../../../views/tui/keys-markdown.ts';

test('no key and no name stands for two commands', () => {
  const keys = COMMANDS.flatMap((command) => command.keys);
  const names = COMMANDS.map(({ name }) => name);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(names).size).toBe(names.length);
});

test('digits are left to counts', () => {
  expect(COMMANDS.flatMap((command) => command.keys).filter((key) => /^\d$/.test(key))).toEqual([]);
});

test('the documentation has the keys of the table', async () => {
  await expect(keysMarkdown()).toMatchFileSnapshot('../../../docs/keys.md');
});
