import type { Capture } from '../../capture/capture.ts';
import { FIN, PROTOCOL, SYN } from '../../capture/columns.ts';
import { words } from '../words/words.ts';
import { flagsOf } from './analysis.ts';
import { FLAG, READING } from './flags.ts';

/** So many rows are looked back through for what came before a hole. */
const LOOK_BACK = 100_000;

/** What a packet shows to be missing from the capture, as a sentence; null for most. */
export function holeText(capture: Capture, row: number): string | null {
  const found = flagsOf(capture)[row] ?? 0;
  if (isHole(found)) return `${words().report.hole(missingBefore(capture, row))}.`;
  return (found & READING.unseenData) === 0 ? null : `${words().report.unseen}.`;
}

/** The same for all packets of a capture, found in one pass when it is first asked for. */
export function holeTexts(capture: Capture): (row: number) => string | null {
  let missing: ReadonlyMap<number, number> | null = null;
  return (row) => {
    const found = flagsOf(capture)[row] ?? 0;
    if (!isHole(found)) return (found & READING.unseenData) === 0 ? null : words().report.unseen;
    missing ??= holesOf(capture);
    return words().report.hole(missing.get(row) ?? 0);
  };
}

function isHole(found: number): boolean {
  return (found & FLAG.lostSegment) !== 0 && (found & READING.behindProbeByte) === 0;
}

/** Bytes that are missing before the rows that show it. */
function holesOf(capture: Capture): ReadonlyMap<number, number> {
  const { columns, flows } = capture;
  const { flow, direction, seq, payloadLen, flags, protocol, length } = columns;
  const found = flagsOf(capture);
  const next = new Int32Array(flows.length * 2);
  const known = new Uint8Array(flows.length * 2);
  const holes = new Map<number, number>();
  for (let row = 0; row < length; row++) {
    if (protocol[row] !== PROTOCOL.tcp || (flow[row] ?? -1) < 0) continue;
    const d = (flow[row] ?? 0) * 2 + (direction[row] ?? 0);
    const from = (seq[row] ?? 0) | 0;
    const end = (from + (payloadLen[row] ?? 0) + (((flags[row] ?? 0) & (SYN | FIN)) === 0 ? 0 : 1)) | 0;
    if (isHole(found[row] ?? 0)) holes.set(row, Math.max((from - (next[d] ?? 0)) | 0, 0));
    if (known[d] === 1 && ((end - (next[d] ?? 0)) | 0) <= 0) continue;
    next[d] = end;
    known[d] = 1;
  }
  return holes;
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
