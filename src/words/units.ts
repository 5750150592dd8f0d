/** Seconds as people read them: '12 µs', '3.4 ms', '1.25 s', '3 min 20 s'. The same in all languages. */
export function span(seconds: number): string {
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds >= 10) return `${seconds.toFixed(1)} s`;
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 0.01) return `${Math.round(seconds * 1e3)} ms`;
  if (seconds >= 0.0001) return `${(seconds * 1e3).toFixed(1)} ms`;
  return `${Math.round(seconds * 1e6)} µs`;
}

/** Bytes as people read them: '512 B', '1.4 kB', '2.1 MB'. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** '12.5 %'; two decimals for less than one in a hundred. */
export function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(whole, 1)).toFixed(part * 100 < whole ? 2 : 1)} %`;
}
