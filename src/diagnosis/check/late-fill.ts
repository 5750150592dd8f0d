import { FLAG, READING } from '../flags.ts';
import type { StrictAnalysis } from '../strict-flags.ts';

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
