import type { Capture } from './capture.ts';

/** Wireshark's frame.number of a row: journal, custom and event blocks of pcapng are counted too. */
export function frameNumber(capture: Capture, row: number): number {
  return row + 1 + capture.otherBlocks.numberedBefore(row);
}
