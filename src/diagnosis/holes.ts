import type { Capture } from '../../capture/capture.ts';
import { FIN, SYN } from '../../capture/columns.ts';
import { words } from '../words/words.ts';
import { flagsOf } from './analysis.ts';
import { FLAG, READING } from './flags.ts';

/** So many rows are looked back through for what came before a hole. */
const LOOK_BACK = 100_000;

/** What a packet shows to be missing from the capture, as a sentence; null for most. */
export function holeText(capture: Capture, row: number): string | null {
  const found = flagsOf(capture)[row] ?? 0;
  if ((found & FLAG.lostSegment) !== 0 && (found & READING.behindProbeByte) === 0)
    return `${words().report.hole(missingBefore(capture, row))}.`;
  return (found & READING.unseenData) === 0 ? null : `${words().report.unseen}.`;
}

/** Bytes between the furthest that this side had sent before, and this segment. */
function missingBefore({ columns }: Capture, row: number): number {
  const { flow, direction, seq, payloadLen, flags } = columns;
  const from = (seq[row] ?? 0) | 0;
  let least = Number.POSITIVE_INFINITY;
  for (let before = row - 1; before >= 0 && row - before < LOOK_BACK; before--) {
    if (flow[before] !== flow[row] || direction[before] !== direction[row]) continue;
    const controls = ((flags[before] ?? 0) & (SYN | FIN)) === 0 ? 0 : 1;
    const end = ((seq[before] ?? 0) + (payloadLen[before] ?? 0) + controls) | 0;
    least = Math.min(least, Math.max((from - end) | 0, 0));
  }
  return Number.isFinite(least) ? least : 0;
}
