import { COMMANDS, type Command } from './keys.ts';

/** The commands with the keys that they have for this user. */
export interface KeyTable {
  readonly commands: readonly Command[];
  /** The command of a key as the terminal names it; null where it has none. */
  of(key: string): Command | null;
  /** A command's first key as people write it; `:name` where it has none. */
  keyOf(name: string): string;
}

/** Other keys for commands, by name; [] takes a command's keys away. */
export type Remap = ReadonlyMap<string, readonly string[]>;

export function keyTable(remap: Remap = new Map()): KeyTable {
  const commands = COMMANDS.map((command) => {
    const keys = remap.get(command.name);
    return keys === undefined ? command : { ...command, keys };
  });
  const byKey = new Map(commands.flatMap((command) => command.keys.map((key) => [key, command] as const)));
  const byName = new Map<string, Command>(commands.map((command) => [command.name, command]));
  return {
    commands,
    of: (key) => byKey.get(key) ?? null,
    keyOf(name) {
      const key = byName.get(name)?.keys[0];
      return key === undefined ? `:${name}` : keyText(key);
    },
  };
}

export const USUAL_KEYS: KeyTable = keyTable();

const SHOWN: Readonly<Record<string, string>> = {
  ...{
    down: '↓',
    up: '↑',
    left: '←',
    right: '→',
    pagedown: 'PgDn',
    pageup: 'PgUp',
    home: 'Home',
    end: 'End',
  },
  ...{ enter: 'Enter', tab: 'Tab', 'S-tab': 'Shift-Tab', space: 'Space', escape: 'Esc' },
  ...{ backspace: 'Backspace', delete: 'Del', insert: 'Ins' },
};

/** A key as people write it: 'Ctrl-F', '↓', 'F5'. */
export function keyText(key: string): string {
  return (
    SHOWN[key] ??
    key
      .replace(/^C-(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`)
      .replace(/^M-(.)$/, 'Alt-$1')
      .replace(/^f(\d+)$/, 'F$1')
  );
}

/** The keys of a command as people write them: 'j ↓', 'Ctrl-F'. */
export function keysText(command: Command): string {
  return command.keys.map(keyText).join(' ');
}

const NAMES: ReadonlyMap<string, string> = new Map(
  [
    ...Object.entries(SHOWN).flatMap(([key, text]) => [
      [key, key],
      [text, key],
    ]),
    ['esc', 'escape'],
    ['return', 'enter'],
    ['ins', 'insert'],
    ['del', 'delete'],
  ].map(([name = '', key = '']) => [name.toLowerCase(), key]),
);

/**
 * The key that a text stands for: one character, or a name ('PgDn', 'Space', 'F5', 'Ctrl-F' or 'C-f', 'Alt-x'). Null where
 * no key is called so; digits are counts and no keys.
 */
export function parseKey(text: string): string | null {
  const known = NAMES.get(text.toLowerCase());
  if (known !== undefined) return known;
  if ([...text].length === 1) return /[0-9\p{Cc}]/u.test(text) ? null : text === ' ' ? 'space' : text;
  const held = /^(ctrl|c|alt|m)-([a-z])$/i.exec(text);
  if (held !== null) return `${/^c/i.test(held[1] ?? '') ? 'C' : 'M'}-${(held[2] ?? '').toLowerCase()}`;
  return /^f([1-9]|1[0-2])$/i.test(text) ? text.toLowerCase() : null;
}
