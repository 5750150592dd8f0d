/** Control, format, surrogate, unassigned and private characters, line separators, and all that has no glyph of its own. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{DI}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const MAX_UTF8 = 4;

/**
 * Text that may have come from a packet or a file, made safe for a terminal: C0 and C1 controls, escapes, bidirectional
 * marks, zero-width and other invisible characters are shown as \n, \x1b or \u{202e}. Never longer than 10 times its input.
 */
export function safe(text: string): string {
  return text.replace(UNSAFE, escapeChar);
}

/** JSON text that means the same but holds no character that a terminal might obey or hide: \u009b, \u202e. */
export function safeJson(json: string): string {
  if (PRINTABLE_ASCII.test(json)) return json;
  return json.replace(UNSAFE, (char) => {
    return Array.from({ length: char.length }, (_, at) => codeUnit(char.charCodeAt(at))).join('');
  });
}

/** Payload bytes in at most `max` characters, safe: as UTF-8 where they are that, else each odd byte as \xff. */
export function safeBytes(bytes: Uint8Array, max: number): string {
  const head = bytes.subarray(0, max * MAX_UTF8);
  let text = '';
  let used = 0;
  for (const shown of characters(head, head.length < bytes.length)) {
    used += [...shown].length;
    if (used > max) return `${text}…`;
    text += shown;
  }
  return head.length < bytes.length ? `${text}…` : text;
}

function escapeChar(char: string): string {
  const named = NAMED[char];
  if (named !== undefined) return named;
  const code = char.codePointAt(0) ?? 0;
  return code < 0x100 ? hexByte(code) : `\\u{${code.toString(16)}}`;
}

/** `isCut` tolerates a character that is cut at the end. A backslash is doubled, because it stands for itself here. */
function characters(bytes: Uint8Array, isCut: boolean): string[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
    return [...text].map((char) => (char === '\\' ? '\\\\' : safe(char)));
  } catch {
    return Array.from(bytes, (byte) => {
      if (byte >= 0x7f) return hexByte(byte);
      return byte === 0x5c ? '\\\\' : safe(String.fromCharCode(byte));
    });
  }
}

function codeUnit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

function hexByte(code: number): string {
  return `\\x${code.toString(16).padStart(2, '0')}`;
}
