import { decimal } from '../../src/words/language.ts';

const UNITS = [
  { name: 's', ns: 1e9 },
  { name: 'ms', ns: 1e6 },
  { name: 'µs', ns: 1e3 },
] as const;

/** A duration in ns with up to three digits and its unit: '12.3 µs', '1.92 ms', '5 s'. */
export function duration(ns: bigint): string {
  const value = Number(ns);
  const unit = UNITS.find(({ ns: size }) => Math.abs(value) >= size * 0.9995);
  if (unit === undefined) return `${value} ns`;
  const amount = value / unit.ns;
  const digits = amount.toFixed(Math.abs(amount) >= 99.95 ? 0 : Math.abs(amount) >= 9.995 ? 1 : 2);
  return `${decimal(digits.replace(/\.0+$|(?<=\.\d+)0+$/, ''))} ${unit.name}`;
}

/** ns as milliseconds with three decimals, cut: '1000.130'. */
export function milliseconds(ns: bigint): string {
  const sign = ns < 0n ? '-' : '';
  const us = (ns < 0n ? -ns : ns) / 1000n;
  return decimal(`${sign}${us / 1000n}.${String(us % 1000n).padStart(3, '0')}`);
}

/** Time of day in UTC with µs: '12:26:40.000130'. */
export function timeOfDay(ns: bigint): string {
  const us = ns / 1000n;
  const seconds = Number((us / 1_000_000n) % 86_400n);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${clock}.${String(us % 1_000_000n).padStart(6, '0')}`;
}

/** A number with thin groups: 1 234 567. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

/** Bytes from `from` up to, not including, `to`, as people write them: '0–99', or '5' for a single byte. */
export function byteRange(from: number, to: number): string {
  return to - from <= 1 ? String(from) : `${from}–${to - 1}`;
}
