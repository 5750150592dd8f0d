import type { StreamBytes } from './stream-bytes.ts';

/** A line of the stream view. */
export interface StreamLine {
  readonly side: 0 | 1;
  /** First byte of the line; -1 for the heading of a direction. */
  readonly at: number;
  readonly count: number;
}

/** The lines of both directions, that of side `first` first: a heading, then `width` bytes a line. */
export function layOutStream(
  streams: readonly [StreamBytes, StreamBytes],
  width: number,
  first: 0 | 1,
): StreamLine[] {
  const lines: StreamLine[] = [];
  for (const side of first === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
    const { length } = streams[side];
    if (length === 0) continue;
    lines.push({ side, at: -1, count: 0 });
    for (let at = 0; at < length; at += width) lines.push({ side, at, count: Math.min(width, length - at) });
  }
  return lines;
}
