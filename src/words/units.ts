import { decimal } from './language.ts';

/** Seconds as people read them: '12 µs', '3.4 ms', '1.25 s', '3 min 20 s', '2 d 5 h'. The same in all languages. */
export function span(seconds: number): string {
  if (seconds >= 120) return longSpan(Math.round(seconds));
  if (seconds >= 10) return `${decimal(seconds.toFixed(1))} s`;
  if (seconds >= 1) return `${decimal(seconds.toFixed(2))} s`;
  if (seconds >= 0.01) return `${Math.round(seconds * 1e3)} ms`;
  if (seconds >= 0.0001) return `${decimal((seconds * 1e3).toFixed(1))} ms`;
  return `${Math.round(seconds * 1e6)} µs`;
}

/** Whole seconds, from minutes on; the lesser part is rounded down beyond an hour. */
function longSpan(seconds: number): string {
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return hours >= 2 ? `${hours} h ${minutes % 60} min` : `${minutes} min ${seconds % 60} s`;
}

/** Bytes as people read them: '512 B', '1.4 kB', '2.1 MB'. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1e6) return `${decimal((bytes / 1e3).toFixed(1))} kB`;
  return bytes < 1e9 ? `${decimal((bytes / 1e6).toFixed(1))} MB` : `${decimal((bytes / 1e9).toFixed(2))} GB`;
}

/** '12.5 %'; two decimals for less than one in a hundred. */
export function percent(part: number, whole: number): string {
  return `${decimal(((100 * part) / Math.max(whole, 1)).toFixed(part * 100 < whole ? 2 : 1))} %`;
}
