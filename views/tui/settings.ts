import { type ConfigFile, readConfigFile } from '../../src/config/config-file.ts';
import type { TomlEntry } from '../../src/config/toml.ts';
import { nearest } from '../../src/scenarios/nearest.ts';
import { type KeyTable, keyTable, keyText, parseKey, type Remap, USUAL_KEYS } from './key-table.ts';
import { COMMANDS } from './keys.ts';
import { THEMES, type ThemeName } from './theme.ts';

/** What the user has set in config.toml. */
export interface Settings {
  /** Null: by the terminal. */
  readonly theme: ThemeName | null;
  readonly mouse: boolean;
  readonly keys: KeyTable;
  /** What is wrong in the file, with its line. The usual value stands in for what is wrong. */
  readonly problems: readonly string[];
}

/** Reads config.toml. Never throws for what is in it. */
export function readSettings(): Settings {
  return settingsOf(readConfigFile('config.toml'));
}

export function settingsOf({ path, entries, problems: found }: ConfigFile): Settings {
  const problems = [...found];
  const problem = ({ line }: TomlEntry, text: string): void => {
    problems.push(`${path}:${line}: ${text}`);
  };
  let theme: ThemeName | null = null;
  let mouse = true;
  for (const entry of entries) {
    const { table, key, value } = entry;
    if (table === 'keys') continue;
    if (table !== '') problem(entry, `there is no part [${table}]; there is [keys]`);
    else if (key === 'theme') {
      const name = THEMES.find((each) => each === value);
      if (name !== undefined) theme = name;
      else if (value !== 'auto') problem(entry, `theme is one of auto, ${THEMES.join(', ')}`);
    } else if (key === 'mouse') {
      if (typeof value === 'boolean') mouse = value;
      else problem(entry, 'mouse is true or false');
    } else problem(entry, `there is no setting ${key}; there are theme and mouse, and the part [keys]`);
  }
  const wrong = problems.length;
  const remap = remapOf(
    entries.filter(({ table }) => table === 'keys'),
    problem,
  );
  // Half of a changed set of keys is worse than the usual set: nobody knows it.
  const isWrong = problems.length > wrong;
  if (isWrong) problems.push('so all keys are the usual ones');
  return { theme, mouse, keys: isWrong ? USUAL_KEYS : keyTable(remap), problems };
}

type Problem = (entry: TomlEntry, text: string) => void;

function remapOf(entries: readonly TomlEntry[], problem: Problem): Remap {
  const remap = new Map<string, readonly string[]>();
  for (const entry of entries) {
    const keys = keysOf(entry, problem);
    if (COMMANDS.some(({ name }) => name === entry.key)) remap.set(entry.key, keys);
    else {
      const alike = nearest(
        entry.key,
        COMMANDS.map(({ name }) => name),
      );
      problem(
        entry,
        `there is no command ${entry.key}${alike === null ? '; ? lists them' : `: did you mean ${alike}?`}`,
      );
    }
  }
  tellConflicts(entries, remap, problem);
  return remap;
}

function keysOf(entry: TomlEntry, problem: Problem): readonly string[] {
  const { key: command, value } = entry;
  const texts =
    typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : null;
  if (texts === null) {
    problem(entry, `${command} = "x" gives one key, ["x", "F5"] several, [] none`);
    return [];
  }
  return texts.flatMap((text) => {
    const key = parseKey(text);
    if (key === null)
      problem(entry, `no key is called ${text}: a character (no digit), or Ctrl-F, Alt-x, F5, PgDn, Space`);
    else if (key === 'C-c' && command !== 'interrupt') problem(entry, 'Ctrl-C always quits');
    return key === null ? [] : [key];
  });
}

function tellConflicts(entries: readonly TomlEntry[], remap: Remap, problem: Problem): void {
  const lines = new Map(entries.map((entry) => [entry.key, entry]));
  const owners = new Map<string, string>();
  // What was not changed comes first, so that the line of the change is the one that is named.
  const sorted = [...COMMANDS].sort((a, b) => Number(remap.has(a.name)) - Number(remap.has(b.name)));
  for (const { name, keys } of sorted) {
    for (const key of new Set(remap.get(name) ?? keys)) {
      const owner = owners.get(key);
      const entry = lines.get(name) ?? lines.get(owner ?? '');
      if (owner !== undefined && entry !== undefined)
        problem(
          entry,
          `${keyText(key)} is the key of ${owner} and of ${name}: give one of them another, or none: []`,
        );
      owners.set(key, name);
    }
  }
}
