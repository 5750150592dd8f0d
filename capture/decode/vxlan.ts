import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';

// VXLAN, RFC 7348 §5: flags 0, reserved 1-3 (of the group policy extension a policy 2-3), network 4-6, reserved 7.
const HEADER = 8;

/** Steps over the VXLAN header at `at`, whatever its flags say; a frame of Ethernet follows. */
export function decodeVxlan(at: number, end: number, out: Decoding): number {
  if (end - at < HEADER) return out.stop(PROBLEM.tunnelTruncated, at);
  out.next = NEXT.ethernet;
  return at + HEADER;
}
