/** What a line of the file gives: a text, a number, yes or no, or a list of texts. */
export type TomlValue = string | number | boolean | readonly string[];

export interface TomlEntry {
  /** '' before the first [table]. */
  readonly table: string;
  readonly key: string;
  readonly value: TomlValue;
  /** From 1. */
  readonly line: number;
}

export interface TomlProblem {
  readonly line: number;
  readonly message: string;
}

export interface Toml {
  readonly entries: readonly TomlEntry[];
  readonly problems: readonly TomlProblem[];
}

const TABLE = /^\[\s*([A-Za-z0-9_-]+)\s*\]$/;
const KEY = /^(?:([A-Za-z0-9_-]+)|("(?:[^"\\]|\\.)*"|'[^']*'))\s*=\s*(.*)$/;
const NUMBER = /^[+-]?\d{1,15}$/;
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' },
};

/**
 * Reads the part of TOML 1.0 (toml.io) that settings need: comments, [tables], and keys with a string, a whole number, a
 * boolean or a list of strings on one line. Every such file means the same in full TOML; what is not understood is a problem
 * with its line, and the other lines are read all the same.
 */
export function parseToml(text: string): Toml {
  const entries: TomlEntry[] = [];
  const problems: TomlProblem[] = [];
  const seen = new Set<string>();
  let table = '';
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1;
    const problem = (message: string): void => {
      problems.push({ line, message });
    };
    const content = withoutComment(raw).trim();
    if (content === '') continue;
    if (content.startsWith('[')) {
      const name = TABLE.exec(content)?.[1];
      if (name === undefined) problem(`not understood: ${content}; a part begins with [keys]`);
      else table = name;
      continue;
    }
    const match = KEY.exec(content);
    const key = match === null ? null : (match[1] ?? stringOf(match[2] ?? ''));
    if (match === null || key === null) {
      problem(`not understood: ${content}; write name = "value"`);
      continue;
    }
    const value = readValue(match[3] ?? '');
    const name = `${table}\n${key}`;
    if (value === null)
      problem(`the value of ${key} is not understood: ${match[3] || 'nothing'}; texts stand in quotes`);
    else if (seen.has(name)) problem(`${key} is set twice`);
    else entries.push({ table, key, value, line });
    seen.add(name);
  }
  return { entries, problems };
}

/** The line up to a # that stands in no string. */
function withoutComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote === '"' && char === '\\') at++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '#') return line.slice(0, at);
    else if (char === '"' || char === "'") quote = char;
  }
  return line;
}

function readValue(text: string): TomlValue | null {
  if (text === 'true' || text === 'false') return text === 'true';
  if (NUMBER.test(text)) return Number(text);
  if (!text.startsWith('[')) return stringOf(text);
  if (!text.endsWith(']')) return null;
  const items: string[] = [];
  let rest = text.slice(1, -1).trim();
  while (rest !== '') {
    const match = /^("(?:[^"\\]|\\.)*"|'[^']*')\s*(?:,\s*|$)/.exec(rest);
    const item = match === null ? null : stringOf(match[1] ?? '');
    if (match === null || item === null) return null;
    items.push(item);
    rest = rest.slice(match[0].length);
  }
  return items;
}

/** A quoted text; null when it is none. */
function stringOf(text: string): string | null {
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1);
  if (!/^"(?:[^"\\]|\\.)*"$/.test(text)) return null;
  let isGood = true;
  const value = text.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs, (_, code: string) => {
    const point = code.length > 1 ? Number.parseInt(code.slice(1), 16) : -1;
    if (point >= 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff))
      return String.fromCodePoint(point);
    const known = ESCAPES[code];
    isGood &&= known !== undefined;
    return known ?? '';
  });
  return isGood ? value : null;
}

/** A text as a TOML string. */
export function tomlString(text: string): string {
  const body = text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, (char) => {
    return `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
  return `"${body}"`;
}
