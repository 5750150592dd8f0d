import { safe } from '../escape.ts';

/** The characters that a ladder is drawn with, for the left and for the right lanes. */
export interface Glyphs {
  readonly lane: string;
  readonly blocked: string;
  readonly wire: string;
  readonly toRight: string;
  readonly toLeft: string;
  readonly lost: string;
  readonly crossing: string;
  readonly ellipsis: string;
  readonly left: Nodes;
  readonly right: Nodes;
}

/** Where a call touches its lane: while nothing blocks, while a span is open, at its entry and at its return. */
export interface Nodes {
  readonly call: string;
  readonly inside: string;
  readonly enter: string;
  readonly exit: string;
}

const UNICODE: Glyphs = {
  lane: '│',
  blocked: '┃',
  wire: '─',
  toRight: '▶',
  toLeft: '◀',
  lost: '✕',
  crossing: '┼',
  ellipsis: '…',
  left: { call: '├', inside: '┣', enter: '┏', exit: '┗' },
  right: { call: '┤', inside: '┫', enter: '┓', exit: '┛' },
};

const ASCII: Glyphs = {
  lane: '|',
  blocked: '#',
  wire: '-',
  toRight: '>',
  toLeft: '<',
  lost: 'X',
  crossing: '+',
  ellipsis: '...',
  left: { call: '+', inside: '#', enter: '/', exit: '\\' },
  right: { call: '+', inside: '#', enter: '\\', exit: '/' },
};

/** Our own vocabulary in ASCII. */
const SPELT: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '→': '->',
  '←': '<-',
  '↔': '<->',
  '·': '.',
  '×': 'x',
  '✕': 'X',
  µ: 'u',
  Δ: 'd',
  '≥': '>=',
  '≤': '<=',
  '’': "'",
  '“': '"',
  '”': '"',
  '⚠': '!',
  '«': '"',
  '»': '"',
  '¿': '?',
  '¡': '!',
};

export function glyphsFor(ascii: boolean): Glyphs {
  return ascii ? ASCII : UNICODE;
}

/** The letter of Spanish and Catalan without its accent, as typewriters had it: 'ó' is 'o', 'ñ' is 'n'; null for any other. */
export function bareLetter(char: string): string | null {
  return /^[àáçèéíïñòóúü]$/i.test(char) ? char.normalize('NFD').charAt(0) : null;
}

/** Text as it may be printed: safe for a terminal and, when asked, in ASCII only. */
export function printable(text: string, ascii: boolean): string {
  const clean = safe(text);
  if (!ascii) return clean;
  return clean.replace(
    /[^\x20-\x7e]/gu,
    (char) => SPELT[char] ?? bareLetter(char) ?? `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
