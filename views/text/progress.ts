import { decimal } from '../../src/words/language.ts';
import { words } from '../../src/words/words.ts';
import { duration, grouped } from '../ladder/units.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/**
 * One line about a transfer that goes on: how much of it, in percent, how fast, and how long it will still take.
 * `done` and `total` count bytes.
 */
export function progressText(role: string, done: number, total: number, elapsedMs: number): string {
  const seconds = elapsedMs / 1000;
  const rate = seconds > 0 ? done / seconds : 0;
  const percent = total > 0 ? Math.floor((Math.min(done, total) / total) * 100) : 100;
  const left = rate > 0 && done < total ? timeLeft((total - done) / rate) : '';
  return words().ladder.transfer(role, bytesText(done), bytesText(total), percent, bytesText(rate), left);
}

/** Bytes in powers of 1000 with three figures: '999 B', '1.05 MB'. */
export function bytesText(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  if (unit === 0) return `${grouped(Math.round(amount))} B`;
  return `${decimal(amount.toFixed(amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2))} ${UNITS[unit]}`;
}

function timeLeft(seconds: number): string {
  if (seconds < 1) return words().ladder.underASecond;
  if (seconds < 60) return duration(BigInt(Math.ceil(seconds)) * 1_000_000_000n);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.ceil(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
