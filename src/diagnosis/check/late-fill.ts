import { FLAG, READING } from '../flags.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import type { Gaps } from './gaps.ts';

/** RFC 6298 wants 1 s at least, Linux waits 200 ms, FreeBSD 30: that a timer made it is sure only after a longer silence. */
export const TIMEOUT_MIN = 150e6;

/**
 * A gap that is filled though nothing shows that anybody noticed it: the first copy may have been lost before it was
 * captured, or this is the first copy and only late.
 */
export function isLateFill(found: number, isAsked: boolean, { quiet }: StrictAnalysis): boolean {
  if ((found & READING.firstCopyUnseen) === 0 || (found & FLAG.spuriousRetransmission) !== 0) return false;
  return quiet < TIMEOUT_MIN && !isAsked;
}

/**
 * How long the sender waited before it sent again, in ns. Without its first copy the gap that it fills tells, of a
 * timeout the silence before it.
 */
export function waitedFor(
  direction: number,
  gaps: Gaps,
  isTimeout: boolean,
  { waited, quiet, seq, now }: StrictAnalysis,
): number {
  if (waited > 0) return waited;
  const met = isTimeout ? 0 : gaps.metAt(direction, seq);
  return met === 0 ? quiet : now - met;
}
