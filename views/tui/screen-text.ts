import { bareLetter } from '../ladder/glyphs.ts';

/** ASCII, and what the screen itself is drawn with: boxes, blocks, arrows, braille, a few signs. All one column wide. */
const OURS =
  /^[\x20-\x7e\u2500-\u259f\u2190-\u2193\u25b2-\u25cf\u2800-\u28ff\u2713\u2715\u2717\u2026\u2013\u2014\u2018\u2019\u201c\u201d\u00b7\u00b5\u00d7\u0394\u2264\u2265\u26a0\u22ee]*$/u;
/** Letters and signs that every terminal gives the same width: Latin, Greek, Cyrillic, and the wide ones of CJK. */
const STEADY =
  /[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0373\u0376\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u22ff\u2500-\u259f\u25b2-\u25cf\u2713\u2715\u2717\u26a0\u2800-\u28ff\u3001-\u3029\u3030-\u303d\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]/u;

/**
 * Text as it may go to blessed: controls, emoji, combining marks, right-to-left scripts and all whose width terminals
 * disagree about are shown as \u{1f642}, so that no payload can move a column or the cursor.
 */
export function forScreen(text: string): string {
  if (OURS.test(text)) return text;
  let out = '';
  for (const char of text.normalize('NFC')) {
    out += STEADY.test(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  }
  return out;
}

/** The signs of the screen, each by one of ASCII, so that no column moves. */
const ONE_FOR_ONE: Readonly<Record<string, string>> = {
  ...{ '…': '.', '·': '.', '→': '>', '←': '<', '↑': '^', '↓': 'v', '‹': '<', '›': '>', '▶': '>', '◀': '<' },
  ...{ µ: 'u', Δ: 'd', '§': 'S', '×': 'x', '–': '-', '—': '-', '‘': "'", '’': "'", '“': '"', '”': '"' },
  ...{ '│': '|', '┃': '#', '─': '-', '●': 'o', '⋮': ':', '≤': '<', '≥': '>', '⚠': '!', '✓': 'v', '✕': 'X' },
  ...{ '✗': 'x', '«': '"', '»': '"', '¿': '?', '¡': '!' },
};

/** Text of the screen for a terminal that shows nothing but ASCII; what was cut ends with two dots, for one ends a sentence. */
export function forAscii(text: string): string {
  return text
    .replace(/[^ …]…|… /gu, '..')
    .replace(
      /[^\x20-\x7e]/gu,
      (char) => ONE_FOR_ONE[char] ?? bareLetter(char) ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
    );
}
