import { FilterError } from './error.ts';

export type TokenKind = 'word' | 'string' | 'char' | 'operator' | 'slice' | 'end';

/** A piece of a filter. For strings `text` is what stands between the quotes, with escapes done. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Longest first: `===` before `==`. */
const SYMBOLS = [
  '===',
  '!==',
  '==',
  '!=',
  '~=',
  '<=',
  '>=',
  '&&',
  '||',
  '..',
  '<',
  '>',
  '!',
  '&',
  '~',
  '(',
  ')',
  '{',
  '}',
  ',',
  '#',
  '+',
  '*',
  '%',
];

/** Words that are operators, and the symbol that each stands for. */
export const WORD_OPERATORS: Readonly<Record<string, string>> = {
  eq: '==',
  ne: '!=',
  any_eq: '==',
  all_ne: '!=',
  all_eq: '===',
  any_ne: '!==',
  gt: '>',
  lt: '<',
  ge: '>=',
  le: '<=',
  and: '&&',
  or: '||',
  not: '!',
  bitwise_and: '&',
  contains: 'contains',
  matches: 'matches',
  in: 'in',
};
const SAME_SYMBOLS: Readonly<Record<string, string>> = { '~': 'matches', '~=': '!==' };

const WORD = /[\p{L}\p{N}_.:\-/]/u;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Cuts a filter into tokens; the last one is of kind 'end'. Throws a FilterError for a string that does not end. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at++;
    if (at === text.length) break;
    const token = nextToken(text, at);
    tokens.push(token);
    at = token.to;
  }
  tokens.push({ kind: 'end', text: '', from: text.length, to: text.length });
  return tokens;
}

function nextToken(text: string, at: number): Token {
  const first = text.charAt(at);
  if (first === '"') return quoted(text, at, at + 1, 'string');
  if (first === "'") return quoted(text, at, at + 1, 'char');
  if ((first === 'r' || first === 'R') && text.charAt(at + 1) === '"') return rawString(text, at);
  if (first === '[') return slice(text, at);
  const symbol = SYMBOLS.find((each) => text.startsWith(each, at));
  if (symbol !== undefined) return operator(SAME_SYMBOLS[symbol] ?? symbol, at, at + symbol.length);
  if (!WORD.test(first)) {
    throw new FilterError(`${JSON.stringify(first)} has no meaning in a filter`, at, at + 1);
  }
  let end = at;
  while (end < text.length && WORD.test(text.charAt(end)) && !isRange(text, at, end)) end++;
  const word = text.slice(at, end);
  // Within a name they belong to it.
  if (word === '-' || word === '/') return operator(word, at, end);
  const named = Object.hasOwn(WORD_OPERATORS, word) ? WORD_OPERATORS[word] : undefined;
  return named === undefined ? { kind: 'word', text: word, from: at, to: end } : operator(named, at, end);
}

/** Two points end a word: they stand between the ends of a range. */
function isRange(text: string, start: number, at: number): boolean {
  return at > start && text.startsWith('..', at);
}

function operator(text: string, from: number, to: number): Token {
  return { kind: 'operator', text, from, to };
}

function slice(text: string, from: number): Token {
  const close = text.indexOf(']', from);
  if (close < 0) throw new FilterError('a slice ends with ]', from, text.length);
  return { kind: 'slice', text: text.slice(from + 1, close), from, to: close + 1 };
}

function rawString(text: string, from: number): Token {
  const close = text.indexOf('"', from + 2);
  if (close < 0) throw new FilterError('the string has no closing quote', from, text.length);
  return { kind: 'string', text: text.slice(from + 2, close), from, to: close + 1 };
}

function quoted(text: string, from: number, start: number, kind: 'string' | 'char'): Token {
  const quote = text.charAt(from);
  let value = '';
  for (let at = start; at < text.length; ) {
    const char = text.charAt(at);
    if (char === quote) return { kind, text: value, from, to: at + 1 };
    if (char !== '\\') {
      value += char;
      at++;
      continue;
    }
    const hex = /^\\x([0-9a-fA-F]{1,2})/.exec(text.slice(at, at + 4));
    if (hex !== null) {
      value += String.fromCharCode(Number.parseInt(hex[1] ?? '0', 16));
      at += hex[0].length;
    } else {
      const next = text.charAt(at + 1);
      // An escape that is not known stays as it is: a pattern such as "\d" needs its backslash.
      value += ESCAPES[next] ?? (next === '"' || next === "'" || next === '\\' ? next : `\\${next}`);
      at += 2;
    }
  }
  throw new FilterError(
    `the ${kind === 'char' ? 'character' : 'string'} has no closing quote`,
    from,
    text.length,
  );
}
