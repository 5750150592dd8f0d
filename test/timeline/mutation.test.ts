import { expect, test } from 'vitest';
import { canonicalDigest } from '../../src/timeline/seal.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { SEAL_CHECK, verifyTimeline } from '../../src/timeline/verify.ts';
import { openRecorded, type Recorded } from './build-session.ts';
import { CALL_MUTATIONS, type Mutation, PACKET_MUTATIONS } from './mutations.ts';
import { recordRun } from './recorded-run.ts';
import { tcpEcho, tcpLoss, udpEcho } from './samples.ts';

const BASES: readonly [name: string, make: () => Recorded][] = [
  ['tcp-echo', tcpEcho],
  ['tcp-loss', tcpLoss],
  ['udp-echo', udpEcho],
];

/**
 * What no invariant can tell, because a kernel might have done just that: times that stay between their neighbours, fields
 * that nothing else repeats, the last of a row of calls. Only the seal finds these; by meaning some of them are found.
 */
const PLAUSIBLE: ReadonlySet<string> = new Set([
  'packet drop, and the count with it',
  'packet twice, and the count with it',
  'packet swap with the next',
  'packet 1 µs later',
  'packet 1 ms later',
  'packet 1 ms earlier',
  'packet ack - 1',
  'packet flag PSH',
  'packet window',
  'packet time to live',
  'call drop',
  'call drop, and the ids with it',
  'call swap with the next',
  'call 1 µs later',
  'call 1 ms later',
  'call 1 ms earlier',
  'call returns 1 ms later',
  'call never returns',
  'call fails',
  'call another name',
  'call length + 1',
  'call another thread',
  'call send queue',
  'call receive queue',
  'call tcp_info',
  'call source line',
  'call another argument',
]);

/** Bears the seal of what it was before anybody touched it. */
async function sealed(recorded: Recorded): Promise<Recorded> {
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

interface Tally {
  readonly name: string;
  tried: number;
  byMeaning: number;
  /** Places of packets or calls, from 0. */
  readonly missed: number[];
  readonly bySeal: number[];
}

async function tallyOf(base: Recorded, mutation: Mutation): Promise<Tally> {
  const count = mutation.of === 'packet' ? base.packets.length : base.calls.length;
  const tally: Tally = {
    name: `${mutation.of} ${mutation.name}`,
    tried: 0,
    byMeaning: 0,
    missed: [],
    bySeal: [],
  };
  for (let index = 0; index < count; index++) {
    const mutant = mutation.apply(base, index);
    if (mutant === null) continue;
    const failed = await failures(mutant);
    tally.tried++;
    if (failed.length === 0) tally.missed.push(index);
    else if (failed.every((name) => name === SEAL_CHECK)) tally.bySeal.push(index);
    else tally.byMeaning++;
  }
  return tally;
}

test.each(BASES)('%s: whatever is altered, verify fails', { timeout: 120_000 }, async (name, make) => {
  const lines = await alterAll(await sealed(make()));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`mutations-${name}.txt`);
});

test.each(['tcp-echo', 'udp-echo'])(
  '%s as it really ran: whatever is altered, verify fails',
  { timeout: 120_000 },
  async (scenario) => {
    const recorded = await recordRun([scenario]);
    if (typeof recorded === 'string') {
      console.log(`skipped: ${recorded}`);
      return;
    }
    await alterAll(await sealed(recorded));
  },
);

/** Applies every mutation at every place. Returns a line for each: how many were found by meaning, and which were not. */
async function alterAll(base: Recorded): Promise<string[]> {
  expect(await failures(base)).toEqual([]);
  const lines: string[] = [];
  for (const mutation of [...PACKET_MUTATIONS, ...CALL_MUTATIONS]) {
    const tally = await tallyOf(base, mutation);
    expect(tally.missed, tally.name).toEqual([]);
    if (!PLAUSIBLE.has(tally.name)) expect(tally.bySeal, `${tally.name}, by the seal alone`).toEqual([]);
    const rest = tally.bySeal.length === 0 ? '' : `, by the seal alone at ${tally.bySeal.join(' ')}`;
    if (tally.tried > 0) lines.push(`${tally.name}: ${tally.byMeaning} of ${tally.tried} by meaning${rest}`);
  }
  return lines;
}

test('packets and calls that must be there are missed by meaning, not only by the seal', async () => {
  const base = await sealed(tcpEcho());
  const drop = PACKET_MUTATIONS.find(({ name }) => name === 'drop, and the count with it')!;
  // SYN, SYN+ACK, data of both sides, both FINs; of the rest only the first and last numbers of a side can go unseen.
  for (const index of [0, 1, 2, 3, 5, 6, 7, 8]) {
    const failed = await failures(drop.apply(base, index)!);
    expect(
      failed.filter((name) => name !== SEAL_CHECK),
      `packet ${index}`,
    ).not.toEqual([]);
  }
});
