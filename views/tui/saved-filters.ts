import { readConfigFile, writeConfigFile } from '../../src/config/config-file.ts';
import { tomlString } from '../../src/config/toml.ts';

/** Filters that the user has saved, by name. */
export type SavedFilters = ReadonlyMap<string, string>;

const FILE = 'filters.toml';
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** A saved filter within another: a word after $, but not in a string. */
const REFERENCE = /"(?:[^"\\]|\\.)*"?|\$([A-Za-z][A-Za-z0-9_-]*)/g;

export function isFilterName(name: string): boolean {
  return NAME.test(name);
}

/** Reads filters.toml; a file that is not there holds none. */
export function readFilters(): { readonly filters: SavedFilters; readonly problems: readonly string[] } {
  const { path, entries, problems: found } = readConfigFile(FILE);
  const filters = new Map<string, string>();
  const problems = [...found];
  for (const { table, key, value, line } of entries) {
    if (table === '' && typeof value === 'string' && NAME.test(key)) filters.set(key, value);
    else problems.push(`${path}:${line}: not a saved filter; write name = "filter"`);
  }
  return { filters: sorted([...filters]), problems };
}

function sorted(filters: readonly (readonly [name: string, text: string])[]): SavedFilters {
  return new Map([...filters].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export type Stored =
  | { readonly ok: true; readonly filters: SavedFilters; readonly path: string }
  | { readonly ok: false; readonly problem: string };

/**
 * Saves a filter, or (null) deletes one, in what the file holds by now: another screen may have written it. A file that is
 * not understood is left alone. Throws a UserError where it cannot be written.
 */
export function storeFilter(name: string, text: string | null): Stored {
  const { filters: before, problems } = readFilters();
  const [problem] = problems;
  if (problem !== undefined)
    return { ok: false, problem: `${problem}; mend it first, so that nothing is lost` };
  const others = [...before].filter(([key]) => key !== name);
  const filters = sorted(text === null ? others : [...others, [name, text]]);
  const lines = [...filters].map(([key, value]) => `${key} = ${tomlString(value)}\n`);
  const head = '# Filters that were saved in full screen: $name in the filter line uses one.\n';
  return { ok: true, filters, path: writeConfigFile(FILE, head + lines.join('')) };
}

/** A filter with the saved ones in it put in, in brackets. */
export interface Expanded {
  readonly text: string;
  /** Where a place of the expanded text stands in what was typed. */
  typedAt(at: number): number;
  /** The first name that no filter was saved under, and where it stands. */
  readonly unknown: { readonly name: string; readonly from: number; readonly to: number } | null;
}

export function expandFilter(typed: string, filters: SavedFilters): Expanded {
  const parts: {
    readonly from: number;
    readonly to: number;
    readonly typedFrom: number;
    readonly typedTo: number;
  }[] = [];
  let unknown: Expanded['unknown'] = null;
  let text = '';
  let copied = 0;
  for (const match of typed.matchAll(REFERENCE)) {
    const name = match[1];
    if (name === undefined) continue;
    const end = match.index + match[0].length;
    const found = filters.get(name);
    if (found === undefined) {
      unknown ??= { name, from: match.index, to: end };
      continue;
    }
    text += typed.slice(copied, match.index);
    parts.push({
      from: text.length,
      to: text.length + found.length + 2,
      typedFrom: match.index,
      typedTo: end,
    });
    text += `(${found})`;
    copied = end;
  }
  text += typed.slice(copied);
  const typedAt = (at: number): number => {
    let shift = 0;
    for (const part of parts) {
      if (at < part.from) break;
      if (at < part.to) return part.typedFrom;
      shift = part.typedTo - part.to;
    }
    return at + shift;
  };
  return { text, typedAt, unknown };
}

export type FilterLine =
  | { readonly kind: 'use'; readonly text: string }
  | { readonly kind: 'save'; readonly name: string; readonly text: string; readonly from: number };

/** What is typed on the filter line: a filter, or `$name = filter`, which saves one, or with nothing behind it deletes it. */
export function readFilterLine(typed: string): FilterLine {
  const match = /^\s*\$([A-Za-z][A-Za-z0-9_-]*)\s*=(?!=)\s*/.exec(typed);
  if (match === null) return { kind: 'use', text: typed };
  return {
    kind: 'save',
    name: match[1] ?? '',
    text: typed.slice(match[0].length).trim(),
    from: match[0].length,
  };
}

/** A filter as it may be typed again: by the names of the saved ones that it is made of. */
export function filterLine(filter: string, filters: SavedFilters): string {
  let typed = filter;
  for (const [name, text] of filters) {
    if (text === filter) return `$${name}`;
    typed = typed.replaceAll(`(${text})`, `$${name}`);
  }
  const alone = filters.get(typed.slice(1));
  if (typed.startsWith('$') && alone !== undefined) return typed;
  // What stands in a string is no name of a filter.
  return expandFilter(typed, filters).text === filter ? typed : filter;
}
