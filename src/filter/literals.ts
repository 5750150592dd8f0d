import type { FieldInfo, FieldType } from '../../capture/fields/field.ts';
import { parseIpv4, parseIpv6 } from './addresses.ts';
import type { Constant } from './ast.ts';
import { FilterError } from './error.ts';
import type { Token } from './tokens.ts';

const BITS: Readonly<Partial<Record<FieldType, number>>> = {
  uint8: 8,
  uint16: 16,
  uint24: 24,
  uint32: 32,
  uint64: 64,
};

/** Types whose values are bytes, which can be cut and searched. */
export const INTEGERS: readonly FieldType[] = [
  'bool',
  'uint8',
  'uint16',
  'uint24',
  'uint32',
  'uint64',
  'int32',
];
export const BYTES: readonly FieldType[] = ['bytes', 'protocol', 'ether', 'ipv6'];

/** What a field's values are called in a message. */
export const TYPE_NAMES: Readonly<Record<FieldType, string>> = {
  protocol: 'a protocol or mark',
  bool: 'a flag (0 or 1)',
  uint8: 'a number (8 bits)',
  uint16: 'a number (16 bits)',
  uint24: 'a number (24 bits)',
  uint32: 'a number (32 bits)',
  uint64: 'a number (64 bits)',
  int32: 'a number (32 bits, signed)',
  double: 'a number',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  ether: 'an Ethernet address',
  bytes: 'bytes',
  string: 'text',
  time: 'a date and time',
  duration: 'a number of seconds',
};

/** What a token says as a value of a type. Throws a FilterError where it cannot be one. */
export function constantOf(field: FieldInfo, token: Token): Constant {
  const { type } = field;
  switch (type) {
    case 'bool':
    case 'uint8':
    case 'uint16':
    case 'uint24':
    case 'uint32':
    case 'int32':
    case 'uint64':
      return whole(field, token);
    case 'double':
      return real(token);
    case 'ipv4':
    case 'ipv6':
      return network(type, token);
    case 'ether':
      return ether(token);
    case 'bytes':
    case 'protocol':
      return { kind: 'value', value: bytesOf(token) };
    case 'string':
      return { kind: 'value', value: token.text };
    case 'time':
      return time(token);
    case 'duration':
      return { kind: 'value', value: seconds(token) };
    default:
      return type satisfies never;
  }
}

function wrong(token: Token, type: string, hint = ''): FilterError {
  return new FilterError(`${JSON.stringify(token.text)} is not ${type}`, token.from, token.to, hint);
}

/** A number as C writes it: decimal, 0x, 0b, octal with a leading 0; null when it is none. */
export function parseNumber(text: string): bigint | null {
  const match = /^(-?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) return null;
  const digits = match[2] ?? '0';
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -value : value;
}

function whole(field: FieldInfo, token: Token): Constant {
  const value = token.kind === 'char' ? charCode(token) : numberOrWord(field, token);
  if (value === null) throw wrong(token, TYPE_NAMES[field.type], wordsHint(field));
  const bits = BITS[field.type];
  if (bits !== undefined && (value < 0n || value >= 1n << BigInt(bits))) {
    const most = (1n << BigInt(bits)) - 1n;
    throw new FilterError(`${token.text} does not fit ${field.name}: 0 to ${most}`, token.from, token.to);
  }
  return { kind: 'value', value: field.type === 'uint64' ? value : Number(value) };
}

/** As Wireshark has them: labels in letters of any size, the other words without quotes and spelt just so. */
const FLAG_LABELS: Readonly<Record<string, bigint>> = { set: 1n, 'not set': 0n };
const FLAG_WORDS: Readonly<Record<string, bigint>> = { True: 1n, TRUE: 1n, False: 0n, FALSE: 0n };

function numberOrWord({ type, words }: FieldInfo, token: Token): bigint | null {
  const number = parseNumber(token.text);
  if (number !== null) return number;
  const wanted = token.text.toLowerCase();
  if (type === 'bool') {
    const word = token.kind === 'word' ? FLAG_WORDS[token.text] : undefined;
    return word ?? FLAG_LABELS[wanted] ?? null;
  }
  for (const [word, value] of Object.entries(words ?? {}))
    if (word.toLowerCase() === wanted) return BigInt(value);
  return null;
}

function wordsHint({ type, words }: FieldInfo): string {
  if (type === 'bool') return 'known words: True, False';
  return words === undefined ? '' : `known words: ${Object.keys(words).join(', ')}`;
}

function charCode(token: Token): bigint {
  if ([...token.text].length !== 1)
    throw new FilterError('one character stands between single quotes', token.from, token.to);
  return BigInt(token.text.codePointAt(0) ?? 0);
}

function real(token: Token): Constant {
  const value = Number(token.text);
  if (token.text === '' || Number.isNaN(value)) throw wrong(token, 'a number');
  return { kind: 'value', value };
}

function network(type: 'ipv4' | 'ipv6', token: Token): Constant {
  const [address = '', prefixText, ...more] = token.text.split('/');
  const value = type === 'ipv4' ? parseIpv4(address) : parseIpv6(address);
  if (value === null || more.length > 0) throw wrong(token, TYPE_NAMES[type]);
  if (prefixText === undefined) return { kind: 'value', value };
  const most = type === 'ipv4' ? 32 : 128;
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : -1;
  if (prefix < 0 || prefix > most) {
    const at = token.from + address.length + 1;
    throw new FilterError(`a prefix of ${TYPE_NAMES[type]} is a number of bits, 0 to ${most}`, at, token.to);
  }
  return { kind: 'network', value, prefix };
}

function ether(token: Token): Constant {
  const bytes = hexBytes(token.text);
  if (bytes === null || bytes.length !== 6)
    throw wrong(token, TYPE_NAMES.ether, 'six bytes, as in 00:11:22:33:44:55');
  return { kind: 'value', value: bytes };
}

/** Bytes as hexadecimal pairs, with or without : - . between them, as text in quotes, or one character. */
export function bytesOf(token: Token): Uint8Array {
  if (token.kind === 'string') return latin1OrUtf8(token.text);
  if (token.kind === 'char') return Uint8Array.of(Number(charCode(token)) & 255);
  const number = /^0[xX][0-9a-fA-F]{1,2}$/.test(token.text) ? Number(token.text) : null;
  const bytes = number === null ? hexBytes(token.text) : Uint8Array.of(number);
  if (bytes === null) throw wrong(token, 'bytes', 'write them as 47:45:54, or as text in quotes');
  return bytes;
}

/** Escapes such as \xff stand for bytes; other characters for their UTF-8. */
function latin1OrUtf8(text: string): Uint8Array {
  const isBytes = [...text].every((char) => char.charCodeAt(0) < 256);
  return new Uint8Array(Buffer.from(text, isBytes ? 'latin1' : 'utf8'));
}

function hexBytes(text: string): Uint8Array | null {
  if (!/^([0-9a-fA-F]{2})([:.-]?[0-9a-fA-F]{2})*[:.-]?$/.test(text)) {
    // Groups may be written short: 0:1:a.
    if (!/^[0-9a-fA-F]{1,2}([:-][0-9a-fA-F]{1,2})*$/.test(text)) return null;
    return Uint8Array.from(text.split(/[:-]/), (pair) => Number.parseInt(pair, 16));
  }
  return new Uint8Array(Buffer.from(text.replace(/[:.-]/g, ''), 'hex'));
}

function seconds(token: Token): bigint {
  const match = /^(-?)(\d*)(?:\.(\d*))?s?$/.exec(token.text);
  if (match === null || `${match[2]}${match[3] ?? ''}` === '') throw wrong(token, TYPE_NAMES.duration);
  const ns = BigInt(match[2] || '0') * 1_000_000_000n + BigInt((match[3] ?? '').slice(0, 9).padEnd(9, '0'));
  return match[1] === '-' ? -ns : ns;
}

/** `2026-11-21 02:00:00.123456789` in local time, or UTC with a Z; also as Wireshark prints it; or seconds since 1970. */
function time(token: Token): Constant {
  if (/^\d+(\.\d*)?$/.test(token.text)) return { kind: 'value', value: seconds(token) };
  const fraction = /\.(\d{1,9})(?=\D*$)/.exec(token.text);
  const withoutFraction = fraction === null ? token.text : token.text.replace(fraction[0], '');
  const date = /^\d{4}-\d{2}-\d{2}$/.test(withoutFraction) ? `${withoutFraction} 00:00:00` : withoutFraction;
  const ms = Date.parse(date.replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T'));
  if (Number.isNaN(ms)) throw wrong(token, TYPE_NAMES.time, 'write it as "2026-11-21 02:00:00"');
  const ns = BigInt(ms) * 1_000_000n + BigInt((fraction?.[1] ?? '').padEnd(9, '0'));
  return { kind: 'value', value: ns };
}
