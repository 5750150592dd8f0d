import type { Capture } from '../capture.ts';
import { wholePacket } from '../datagram.ts';

/** Of the urgent pointer in a TCP header (RFC 9293 section 3.1), in bytes. */
const POINTER = 18;

/** The urgent pointer of a TCP segment: how far behind its sequence number the urgent data ends; null where it was not captured. */
export function urgentPointer(capture: Capture, row: number): number | null {
  const frame = wholePacket(capture, row);
  const at = (capture.columns.transportAt[row] ?? 0) + POINTER;
  const [high, low] = [frame[at], frame[at + 1]];
  return high === undefined || low === undefined ? null : high * 256 + low;
}
