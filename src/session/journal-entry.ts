/** The fields of one systemd journal entry in export format, in order. */
export type JournalFields = readonly (readonly [name: string, value: Uint8Array | string])[];

const NEWLINE = 0x0a;
const EQUALS = 0x3d;
const LENGTH_FIELD = 8;
/** Control characters of ASCII. */
const CONTROL = /[^\x20-\x7e\x80-\uffff]/;
const NAME = /^[A-Z_][A-Z0-9_]{0,63}$/;

/**
 * Encodes fields as a journal entry: `NAME=value` lines, and the binary form (name, newline, u64 little-endian length,
 * bytes, newline) for values with control bytes or bytes that are no text (systemd.io/JOURNAL_EXPORT_FORMATS).
 */
export function encodeEntry(fields: JournalFields): Buffer {
  const parts: Uint8Array[] = [];
  // Text is gathered and encoded at once: a buffer a field took most of the time.
  let text = '';
  for (const [name, value] of fields) {
    if (typeof value === 'string' ? !CONTROL.test(value) : isPrintableAscii(value)) {
      text += `${name}=${typeof value === 'string' ? value : Buffer.from(value).toString('latin1')}\n`;
      continue;
    }
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    const length = Buffer.alloc(LENGTH_FIELD);
    length.writeBigUInt64LE(BigInt(bytes.length));
    parts.push(Buffer.from(`${text}${name}\n`), length, bytes);
    text = '\n';
  }
  return Buffer.concat([...parts, Buffer.from(text)]);
}

/** Decodes a journal entry into its fields, the first of each name; what follows damage is left out. The values are views. */
export function decodeEntry(body: Uint8Array): Map<string, Buffer> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const fields = new Map<string, Buffer>();
  let at = 0;
  while (at < bytes.length) {
    const lineEnd = bytes.indexOf(NEWLINE, at);
    if (lineEnd < 0) break;
    const equals = bytes.subarray(at, lineEnd).indexOf(EQUALS);
    const name = bytes.toString('latin1', at, equals < 0 ? lineEnd : at + equals);
    if (!NAME.test(name)) break;
    let value: Buffer;
    if (equals >= 0) {
      value = bytes.subarray(at + equals + 1, lineEnd);
      at = lineEnd + 1;
    } else {
      const start = lineEnd + 1 + LENGTH_FIELD;
      if (start > bytes.length) break;
      const length = bytes.readBigUInt64LE(lineEnd + 1);
      if (length > BigInt(bytes.length - start)) break;
      value = bytes.subarray(start, start + Number(length));
      at = start + Number(length) + 1;
    }
    if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}

function isPrintableAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}
