import type { Capture } from '../../capture/capture.ts';
import { CaptureReader } from '../../capture/file/capture-reader.ts';
import { FrameSource } from '../../capture/file/frame-source.ts';

/** No descriptor: frames are not read in these tests. */
const NO_FILE = -1;

/** Reads a capture file from memory, in chunks of the given sizes (the last is used for the rest). */
export function readBytes(bytes: Uint8Array, chunks: readonly number[] = [bytes.length]): Capture {
  const reader = new CaptureReader('test', new FrameSource(NO_FILE));
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = Math.max(1, chunks[Math.min(index, chunks.length - 1)] ?? 1);
    reader.feed(bytes.subarray(at, at + size));
    at += size;
  }
  reader.end();
  return reader.capture;
}

/** The columns that a test compares. */
export const CELLS = [
  ...([
    'sec',
    'nsec',
    'fileOffset',
    'capLen',
    'wireLen',
    'iface',
    'protocol',
    'problem',
    'problemAt',
  ] as const),
  ...(['flow', 'direction', 'networkAt', 'transportAt', 'payloadAt', 'payloadLen'] as const),
  ...(['seq', 'ack', 'flags', 'window'] as const),
];

/** All cells of the first `rows` rows, one list a row. */
export function cellsOf({ columns }: Capture, rows = columns.length): number[][] {
  return Array.from({ length: Math.min(rows, columns.length) }, (_, row) =>
    CELLS.map((name) => columns[name][row] ?? Number.NaN),
  );
}
