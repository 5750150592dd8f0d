/** Bytes as text that can be typed: C escapes there and back. */

const ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 92: '\\\\' };
const NAMED: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, '"': 34, '\\': 92, '0': 0 };

/** Bytes as printable ASCII, the rest as in C: '\n', '\x00'. */
export function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte < 0x7f;
    text +=
      ESCAPES[byte] ?? (isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
  }
  return text;
}

export type Unescaped =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** `at`: the character that is wrong, from 0. */
  | { readonly ok: false; readonly at: number; readonly message: string };

/** The bytes that a text with escapes stands for: \n \r \t \0 \" \\ and \xhh; all other characters as UTF-8. */
export function unescapeBytes(text: string): Unescaped {
  const parts: Uint8Array[] = [];
  const pattern = /\\(x[0-9a-fA-F]{2}|[tnr0"\\])|([^\\]+)|\\/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [, code, plain] = match;
    if (plain !== undefined) parts.push(Buffer.from(plain));
    else if (code === undefined)
      return { ok: false, at: match.index, message: 'a backslash begins \\n \\r \\t \\0 \\" \\\\ or \\xhh' };
    else parts.push(Uint8Array.of(NAMED[code] ?? Number.parseInt(code.slice(1), 16)));
  }
  return { ok: true, bytes: Buffer.concat(parts) };
}
