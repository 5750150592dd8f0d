// Conversations in VXLAN and GENEVE are judged as those without.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { compareFlags } from '../../src/diagnosis/compare.ts';
import { COMPARED_VALUES, compareValues } from '../../src/filter/compare-values.ts';
import { hasProgram } from '../shared.ts';
import { fragmentsOf, numbered } from '../support/fragmented.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { conversations, type Packet, writeNanoseconds } from '../support/tcp-conversations.ts';
import { inGeneve, inVxlan } from '../support/udp-tunnels.ts';

const { file, folder } = segmentReports();
const TROUBLE = { loss: 0.03, reorder: 0.03, duplicate: 0, uncaptured: 0.02 };
const ALL = { conversations: 100, frames: Number.POSITIVE_INFINITY };
const ETHERNET = 1;
const SEEDS = [1, 2, 3, 4];

/** Without numbers of flows: the conversations around tunnels have some too. */
function plain<T>(found: T): T {
  return JSON.parse(JSON.stringify(found, (name, value) => (name === 'flow' ? undefined : value))) as T;
}

/** The packets in VXLAN and GENEVE in turn, from ports that change as those of real tunnels do. */
function tunnelled(packets: readonly Packet[]): Packet[] {
  return packets.map(({ at, bytes }, index) => ({
    at,
    bytes: index % 2 === 0 ? inVxlan(bytes, 50_000 + (index % 7)) : inGeneve(bytes, 50_000 + (index % 5)),
  }));
}

describe('tunnels over UDP', () => {
  test.each(SEEDS)('conversations of seed %i are judged as without them', async (seed) => {
    const packets = numbered(conversations(seed, TROUBLE));
    writeNanoseconds(file, packets);
    const bare = await checkFile(file, ALL);
    writeNanoseconds(file, tunnelled(packets), ETHERNET);
    const inside = await checkFile(file, ALL);
    expect(plain(inside.issues)).toEqual(plain(bare.issues));
    expect(plain(inside.readings)).toEqual(plain(bare.readings));
    expect(inside.flags).toEqual(bare.flags);
    expect(plain(inside.top)).toEqual(plain(bare.top));
    expect(inside.conversations).toEqual(bare.conversations);
    expect(inside.issues.length).toBeGreaterThan(0);
  });

  test('so are those in fragments of the datagrams around them', async () => {
    const packets = numbered(conversations(5, TROUBLE));
    writeNanoseconds(file, packets);
    const bare = await checkFile(file, ALL);
    const cut = packets.flatMap(({ at, bytes }, index) => {
      const around = inVxlan(bytes);
      around.writeUInt16BE(index & 0xffff, 18);
      return fragmentsOf(around.subarray(14), [40]).map((part) => ({ at, bytes: part }));
    });
    writeNanoseconds(file, cut);
    const inside = await checkFile(file, ALL);
    expect(inside.issues.map(({ kind }) => kind)).toEqual(bare.issues.map(({ kind }) => kind));
    expect(inside.flags).toEqual(bare.flags);
    expect(inside.conversations).toEqual(bare.conversations);
    expect(plain(inside.top)).toEqual(plain(bare.top));
  });

  test.skipIf(!hasProgram('tshark'))(
    'flags and values are those of tshark',
    async () => {
      for (const seed of SEEDS) {
        const path = join(folder, `${seed}.pcap`);
        writeNanoseconds(path, tunnelled(numbered(conversations(seed, TROUBLE))), ETHERNET);
        const capture = await openCapture(path);
        const theirs = await tsharkFlags(path, COMPARED_VALUES);
        const { differences, flags } = compareFlags(path, theirs.version, capture, theirs.flags);
        const { valueDifferences } = compareValues(capture, theirs.values);
        capture.close();
        expect([differences, valueDifferences]).toEqual([[], []]);
        expect(flags.reduce((sum, { both }) => sum + both, 0)).toBeGreaterThan(0);
      }
    },
    60_000,
  );
});
