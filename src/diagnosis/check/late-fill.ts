import { FLAG, READING } from '../flags.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import type { Gaps } from './gaps.ts';

/** RFC 6298 wants 1 s at least, Linux waits 200 ms; a retransmission after less was not made by the timer. */
export const TIMEOUT_MIN = 150e6;

/**
 * A gap that is filled though nothing shows that anybody noticed it: the first copy may have been lost before it was
 * captured, or this is the first copy and only late.
 */
export function isLateFill(found: number, { quiet, wasAsked }: StrictAnalysis): boolean {
  if ((found & READING.firstCopyUnseen) === 0 || (found & FLAG.spuriousRetransmission) !== 0) return false;
  return (found & FLAG.fastRetransmission) === 0 && quiet < TIMEOUT_MIN && !wasAsked;
}

/**
 * How long the sender waited before it sent again, in ns. Without its first copy the gap that it fills tells, of a
 * timeout the silence before it.
 */
export function waitedFor(
  direction: number,
  gaps: Gaps,
  { waited, quiet, seq, now }: StrictAnalysis,
): number {
  if (waited > 0) return waited;
  const met = quiet < TIMEOUT_MIN ? gaps.metAt(direction, seq) : 0;
  return met === 0 ? quiet : now - met;
}
