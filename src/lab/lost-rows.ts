import type { Capture } from '../../capture/capture.ts';
import { type LostPacket, type MatchedLoss, matchLost } from './conditions/lost-packets.ts';

/** Which rows of a capture the lab's loss rule dropped after they were captured. */
export function lostRows(capture: Capture, lost: readonly LostPacket[]): MatchedLoss {
  if (lost.length === 0) return { rows: [], unmatched: 0 };
  const { columns } = capture;
  return matchLost(lost, {
    length: columns.length,
    timeNs: (row) => columns.timeNs(row),
    ipBytes: (row) => {
      const at = columns.networkAt[row];
      return at === undefined || at === 0xffff ? null : capture.frame(row).subarray(at);
    },
  });
}
