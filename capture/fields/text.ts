import { formatIpv4, formatIpv6 } from '../addresses.ts';
import { readU32 } from '../decode/bytes.ts';
import type { FieldInfo, FieldValue } from './field.ts';

const NS = 1_000_000_000n;
/** Digits of a hexadecimal number, by its type. */
export const HEX_DIGITS: Readonly<Record<string, number>> = {
  uint8: 2,
  uint16: 4,
  uint24: 6,
  uint32: 8,
  uint64: 16,
};

/** The text that Wireshark 4.0 has for a value of this field, as `tshark -T fields` prints it. */
export function valueText(field: FieldInfo, value: FieldValue): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return bigText(field, value);
    case 'number':
      return numberText(field, value);
    default:
      return bytesText(field, value);
  }
}

function numberText({ type, base }: FieldInfo, value: number): string {
  if (type === 'ipv4') return formatIpv4(value);
  if (base === 'hex') return `0x${value.toString(16).padStart(HEX_DIGITS[type] ?? 2, '0')}`;
  return `${value}`;
}

function bytesText({ type, about }: FieldInfo, bytes: Uint8Array): string {
  if (type === 'ipv6')
    return formatIpv6(readU32(bytes, 0), readU32(bytes, 4), readU32(bytes, 8), readU32(bytes, 12));
  // A protocol is its name; the summary line that Wireshark makes of a header is not repeated.
  if (type === 'protocol') return about;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  return type === 'ether' ? hex.replace(/..(?!$)/g, '$&:') : hex;
}

function bigText({ type, base }: FieldInfo, value: bigint): string {
  if (type === 'duration') return secondsText(value);
  if (type === 'time') return dateText(value);
  return base === 'hex' ? `0x${value.toString(16).padStart(HEX_DIGITS[type] ?? 16, '0')}` : `${value}`;
}

/** Seconds with nine digits behind the point, of a number of ns. */
export function secondsText(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  return `${ns < 0n ? '-' : ''}${size / NS}.${(size % NS).toString().padStart(9, '0')}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Local time as Wireshark has it: `Jul  6, 2005 03:57:35.938066000 UTC`. */
function dateText(ns: bigint): string {
  const fractionNs = ((ns % NS) + NS) % NS;
  const date = new Date(Number((ns - fractionNs) / 1_000_000n));
  // A damaged file may have times that no calendar knows: the word is Wireshark's.
  if (Number.isNaN(date.getTime())) return 'Not representable';
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const zone = /\(([^)]+)\)/.exec(date.toString())?.[1] ?? 'UTC';
  const short = zone === 'Coordinated Universal Time' ? 'UTC' : (zoneName(date) ?? zone);
  const fraction = fractionNs.toString().padStart(9, '0');
  const day = `${date.getDate()}`.padStart(2, ' ');
  return `${MONTHS[date.getMonth()]} ${day}, ${date.getFullYear()} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${fraction} ${short}`;
}

function zoneName(date: Date): string | undefined {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(date);
  return parts.find(({ type }) => type === 'timeZoneName')?.value;
}
