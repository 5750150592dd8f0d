import { factsOf } from './facts.ts';
import type { Timeline } from './types.ts';

/** One invariant: how many things were looked at, and in words what was found. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly checked: number;
  readonly detail: string;
}

/** What --verify found. Bytes that could not be compared (snaplen, thinned recording) are unverified, never verified. */
export interface Verification {
  readonly checks: readonly Check[];
  readonly bytesCompared: number;
  readonly bytesUnverified: number;
  readonly ok: boolean;
}

/** Checks the invariants of a session against its time line. */
export function verifyTimeline(timeline: Timeline): Verification {
  const facts = factsOf(timeline);
  const checks: Check[] = [
    {
      name: 'every packet has a reason',
      ok: timeline.unexplained === 0,
      checked: facts.capture.columns.length,
      detail: `${timeline.unexplained} unexplained`,
    },
  ];
  return { checks, bytesCompared: 0, bytesUnverified: 0, ok: checks.every(({ ok }) => ok) };
}
