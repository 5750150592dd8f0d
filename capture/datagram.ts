import type { Capture } from './capture.ts';
import type { Columns, Piece, Whole } from './columns.ts';

/** Bytes from a datagram's start on that were captured without a gap. */
export function capturedOf(pieces: readonly Piece[]): number {
  let end = 0;
  for (const { length, captured } of pieces) {
    end += captured;
    if (captured < length) break;
  }
  return end;
}

/** The datagram that a row completes, where the columns' cells are of it: of UDP they are in the first fragment. */
export function wholeOf({ datagrams }: Columns, row: number): Whole | null {
  const whole = datagrams.get(row)?.whole ?? null;
  return whole?.isInFirst === true ? null : whole;
}

/**
 * The captured bytes of a row, and where that is the fragment that completes a datagram, the datagram behind them, as far as
 * it was captured without a gap: what `transportAt` and `payloadAt` point into. Good until the next call.
 */
export function wholePacket(
  capture: Pick<Capture, 'columns' | 'frame' | 'bytesAt'>,
  row: number,
): Uint8Array {
  const whole = wholeOf(capture.columns, row);
  const frame = capture.frame(row);
  return whole === null ? frame : withWhole(frame, whole, capture);
}

/** A frame, and behind it the datagram that it completes, as far as it was captured without a gap. */
export function withWhole(
  frame: Uint8Array,
  { pieces }: Whole,
  file: { bytesAt(offset: number, length: number): Uint8Array },
): Uint8Array {
  const bytes = new Uint8Array(frame.length + capturedOf(pieces));
  bytes.set(frame);
  for (const { offset, fileOffset, captured } of pieces) {
    const at = frame.length + offset;
    if (at >= bytes.length) break;
    bytes.set(file.bytesAt(fileOffset, captured), at);
  }
  return bytes;
}
