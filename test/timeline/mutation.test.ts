import { expect, test } from 'vitest';
import { canonicalDigest } from '../../src/timeline/seal.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { SEAL_CHECK, verifyTimeline } from '../../src/timeline/verify.ts';
import { openRecorded, type Recorded } from './build-session.ts';
import { CALL_MUTATIONS, type Mutation, PACKET_MUTATIONS } from './mutations.ts';
import { tcpEcho, tcpLoss, udpEcho } from './samples.ts';

const BASES: readonly [name: string, make: () => Recorded][] = [
  ['tcp echo', tcpEcho],
  ['tcp loss', tcpLoss],
  ['udp echo', udpEcho],
];

/** Bears the seal of what it was before anybody touched it. */
async function sealed(make: () => Recorded): Promise<Recorded> {
  const recorded = make();
  const session = await openRecorded(recorded);
  const seal = canonicalDigest(session);
  session.capture.close();
  return { ...recorded, run: { ...recorded.run, seal } };
}

async function failures(recorded: Recorded): Promise<string[]> {
  const session = await openRecorded(recorded);
  const { checks, ok } = verifyTimeline(buildTimeline(session));
  session.capture.close();
  const failed = checks.filter((check) => !check.ok).map(({ name }) => name);
  expect(ok).toBe(failed.length === 0);
  return failed;
}

async function tally(base: Recorded, mutation: Mutation): Promise<{ tried: number; semantic: number; missed: number[]; bySeal: number[] }> {
  const count = mutation.of === 'packet' ? base.packets.length : base.calls.length;
  const found = { tried: 0, semantic: 0, missed: [] as number[], bySeal: [] as number[] };
  for (let index = 0; index < count; index++) {
    const mutant = mutation.apply(base, index);
    if (mutant === null) continue;
    const failed = await failures(mutant);
    found.tried++;
    if (failed.length === 0) found.missed.push(index);
    else if (failed.every((name) => name === SEAL_CHECK)) found.bySeal.push(index);
    else found.semantic++;
  }
  return found;
}

test.each(BASES)('%s: no mutation of a packet or a call is missed, and most need no seal', async (_, make) => {
  const base = await sealed(make);
  expect(await failures(base)).toEqual([]);
  const lines: string[] = [];
  for (const mutation of [...PACKET_MUTATIONS, ...CALL_MUTATIONS]) {
    const { tried, semantic, missed, bySeal } = await tally(base, mutation);
    expect(missed, `${mutation.of} ${mutation.name}`).toEqual([]);
    if (tried > 0) lines.push(`${mutation.of} ${mutation.name}: ${semantic} of ${tried} by meaning${bySeal.length > 0 ? `, by the seal alone: ${bySeal.join(' ')}` : ''}`);
  }
  console.log(lines.join('\n'));
});
