import { FLAG, READING } from '../flags.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import { TIMEOUT_MIN } from '../time-limits.ts';
import type { Gaps } from './gaps.ts';

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
