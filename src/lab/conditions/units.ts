import { EXIT, UserError } from '../../../capture/user-error.ts';

// tc(8): bit-based units count bits a second, `bps` units count bytes; the i units are powers of 1024.
const PREFIXES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};
const MIN_RATE = 8_000;
const MAX_RATE = 100e9;
const MAX_DELAY_MS = 10_000;
const DELAY_UNITS: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1e3 };

/** Reads a rate as tc(8) writes it ('10mbit', '500kbps') and returns bits a second, 8 kbit to 100 gbit. Throws a UserError (exit 2). */
export function parseRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmgt]i?)?(bit|bps)?$/i.exec(text.trim());
  const prefix = PREFIXES[match?.[2]?.toLowerCase() ?? ''] ?? 1;
  const rate = match ? Number(match[1]) * prefix * (match[3]?.toLowerCase() === 'bps' ? 8 : 1) : Number.NaN;
  if (rate >= MIN_RATE && rate <= MAX_RATE) return rate;
  throw usage(
    `--rate ${text}`,
    match ? 'is out of range' : 'is not a rate',
    '8kbit to 100gbit, for example 10mbit',
  );
}

/** Reads a delay with its unit ('20ms', '500us', '1s') and returns ms, above 0 and up to 10 s. Throws a UserError (exit 2). */
export function parseDelay(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s)$/i.exec(text.trim());
  const delay = match ? Number(match[1]) * (DELAY_UNITS[match[2]?.toLowerCase() ?? ''] ?? 1) : Number.NaN;
  if (delay > 0 && delay <= MAX_DELAY_MS) return delay;
  throw usage(
    `--delay ${text}`,
    match ? 'is out of range' : 'is not a time with its unit',
    'up to 10s, for example 20ms',
  );
}

/** A rate in the largest unit that leaves it exact: 10000000 is '10mbit'. */
export function formatRate(bitsPerSecond: number): string {
  for (const unit of ['t', 'g', 'm', 'k']) {
    const size = PREFIXES[unit] ?? 1;
    if (bitsPerSecond >= size && bitsPerSecond % size === 0) return `${bitsPerSecond / size}${unit}bit`;
  }
  return `${bitsPerSecond}bit`;
}

/** An error of usage about one option. */
export function usage(what: string, why: string, choose: string): UserError {
  return new UserError(`${what} ${why}`, { hint: `choose ${choose}`, exitCode: EXIT.usage });
}
