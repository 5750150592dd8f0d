import { factsOf } from './facts.ts';
import { canonicalDigest } from './seal.ts';
import type { Timeline } from './types.ts';
import { verifyCalls } from './verify-calls.ts';
import { verifyContent } from './verify-content.ts';
import { verifyLinks } from './verify-links.ts';
import { verifySendingOrder } from './verify-order.ts';
import { verifyPackets } from './verify-packets.ts';
import { type Check, Report } from './verify-report.ts';
import { verifyTcp } from './verify-tcp.ts';
import { verifyUdp } from './verify-udp.ts';

export type { Check } from './verify-report.ts';

/** The name of the check that compares the seal: it alone tells of alterations that leave everything plausible. */
export const SEAL_CHECK = 'the session is as it was saved';

/** What --verify found. Bytes that could not be compared (snaplen, thinned recording) are unverified, never verified. */
export interface Verification {
  readonly checks: readonly Check[];
  readonly bytesCompared: number;
  readonly bytesUnverified: number;
  readonly ok: boolean;
}

/** Checks the invariants of a session against its time line: what must be true of any run, and of this one. */
export function verifyTimeline(timeline: Timeline): Verification {
  const facts = factsOf(timeline);
  const content = verifyContent(facts);
  const checks = [
    ...verifyPackets(facts),
    ...verifyCalls(facts),
    ...verifyLinks(facts),
    ...verifyTcp(facts),
    verifySendingOrder(facts),
    ...verifyUdp(facts),
    content.check,
    seal(timeline),
  ];
  const { bytesCompared, bytesUnverified } = content;
  return { checks, bytesCompared, bytesUnverified, ok: checks.every(({ ok }) => ok) };
}

function seal({ session }: Timeline): Check {
  const report = new Report(SEAL_CHECK);
  const sealed = session.run?.seal;
  if (sealed === undefined) report.note('it bears no seal');
  else
    report.expect(
      canonicalDigest(session) === sealed,
      () => 'the seal is broken: a packet or a call was altered',
    );
  return report.result();
}
