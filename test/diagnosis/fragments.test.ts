import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { compareFlags } from '../../src/diagnosis/compare.ts';
import { hasProgram } from '../shared.ts';
import { fragmented, fragmentsOf, numbered } from '../support/fragmented.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { conversations, writeNanoseconds } from '../support/tcp-conversations.ts';
import {
  echoPacket,
  HANDSHAKE,
  icmpUnreachable,
  packetOf,
  type Segment,
  udpPacket,
  writePackets,
} from '../support/tcp-segments.ts';

const { file, folder } = segmentReports();
/** No copies: test/diagnosis/doubled.test.ts is about them. */
const TROUBLE = { loss: 0.03, reorder: 0.03, duplicate: 0, uncaptured: 0.02 };
const ALL = { conversations: 100, frames: Number.POSITIVE_INFINITY };

/** What a report says of packets, those of each frame named by `frames`, and nothing of how many frames carried them. */
function said(
  { issues, readings, flags, top, conversations: count }: CheckReport,
  frames?: readonly number[],
) {
  const packets = (list: readonly number[]): number[] => list.map((frame) => frames?.[frame] ?? frame);
  // Words name frames as well.
  const NAMED = new Set(['quoted', 'frame', 'spokeFrame', 'crossedFrame']);
  return {
    issues: issues.map((issue) => ({
      ...issue,
      frames: packets(issue.frames),
      params: Object.fromEntries(
        Object.entries(issue.params).map(([name, value]) => [
          name,
          NAMED.has(name) ? packets([Number(value)])[0] : value,
        ]),
      ),
    })),
    readings: readings.map((reading) => ({ ...reading, frames: packets(reading.frames) })),
    flags,
    count,
    top,
  };
}

describe('packets in fragments', () => {
  test.each(Array.from({ length: 12 }, (_, index) => 100 + index))(
    'however they are cut, conversations of seed %i are judged as whole ones',
    async (seed) => {
      const packets = numbered(conversations(seed, TROUBLE));
      writeNanoseconds(file, packets);
      const whole = said(await checkFile(file, ALL));
      const parts = fragmented(packets, seed);
      writeNanoseconds(file, parts.packets);
      expect(said(await checkFile(file, ALL), parts.frames)).toEqual(whole);
    },
  );

  test.each([1, 2, 3, 4, 5])('so are datagrams, pings and errors, cut by seed %i', async (seed) => {
    const asked = udpPacket('>', 53, 40, 1);
    const damaged = Buffer.from(udpPacket('>', 9000, 700, 2));
    damaged[27] = (damaged[27] ?? 0) ^ 0xff;
    const bytes = [
      ...[asked, udpPacket('<', 53, 400, 3), udpPacket('>', 53, 41, 4), udpPacket('>', 9000, 1000, 5)],
      ...[damaged, udpPacket('>', 7, 600, 6), icmpUnreachable(3, udpPacket('>', 7, 600, 6))],
      ...[echoPacket('>', 8, 5, 1), echoPacket('<', 0, 5, 1), echoPacket('>', 8, 5, 2)],
      udpPacket('>', 9000, 900, 7),
    ];
    const packets = numbered(bytes.map((packet, index) => ({ at: index * 3e9, bytes: packet })));
    writeNanoseconds(file, packets);
    const whole = said(await checkFile(file, ALL));
    expect(whole.issues.map(({ kind }) => kind)).toContain('pings-unanswered');
    const parts = fragmented(packets, seed);
    writeNanoseconds(file, parts.packets);
    const told = said(await checkFile(file, ALL), parts.frames);
    expect(told).toEqual(whole);
  });

  test.skipIf(!hasProgram('tshark'))(
    'flags are those of tshark, which puts them together too',
    async () => {
      for (const seed of [1, 2, 3]) {
        const path = join(folder, `${seed}.pcap`);
        writeNanoseconds(path, fragmented(numbered(conversations(seed, TROUBLE)), seed).packets);
        const capture = await openCapture(path);
        const theirs = await tsharkFlags(path);
        const { differences, flags } = compareFlags(path, theirs.version, capture, theirs.flags);
        capture.close();
        expect(differences).toEqual([]);
        expect(flags.reduce((sum, { both }) => sum + both, 0)).toBeGreaterThan(0);
      }
    },
    120_000,
  );
});

describe('segments of which fragments are missing', () => {
  const DATA: Segment = { at: 30, way: '>', seq: 101, ack: 501, len: 1400 };
  const write = (packets: readonly (readonly [number, Buffer | undefined])[]): void => {
    const shown = HANDSHAKE.map((segment, index) => ({
      at: segment.at,
      bytes: packetOf(segment, index + 1),
    }));
    for (const [at, bytes] of packets) if (bytes !== undefined) shown.push({ at, bytes });
    writePackets(file, shown);
  };
  const kindsOf = async (): Promise<(readonly [string, readonly number[], unknown])[]> => {
    const { issues } = await checkFile(file, ALL);
    return issues.map(({ kind, frames, params }) => [kind, frames, params] as const);
  };

  test('what came of them is told, and judged as nothing else', async () => {
    const [first] = fragmentsOf(packetOf(DATA, 700), [800]);
    const again = fragmentsOf(packetOf(DATA, 701), [800]);
    const ack = packetOf({ at: 331, way: '<', seq: 501, ack: 1501 }, 9);
    write([[30, first], ...again.map((bytes) => [330, bytes] as const), [331, ack]]);
    expect(await kindsOf()).toEqual([['fragments-missing', [4], { count: 1, fragments: 1 }]]);
  });

  test('the middle of a datagram', async () => {
    const [first, , last] = fragmentsOf(udpPacket('>', 7, 4000, 79), [1480, 2960]);
    write([
      [30, first],
      [31, last],
    ]);
    const issues = await kindsOf();
    expect(issues.filter(([kind]) => kind === 'fragments-missing')).toEqual([
      ['fragments-missing', [4, 5], { count: 1, fragments: 2 }],
    ]);
  });

  test('fragments that were captured twice are none of another datagram', async () => {
    const [first, last] = fragmentsOf(packetOf(DATA, 700), [800]);
    const ack = packetOf({ at: 331, way: '<', seq: 501, ack: 1501 }, 9);
    write([
      [30, first],
      [30, first],
      [30, last],
      [30, last],
      [31, ack],
    ]);
    expect(await kindsOf()).toEqual([['captured-twice', [5, 7], { count: 2, side: 'A' }]]);
  });

  test('what has the same identification a minute later is not of the same datagram', async () => {
    const [first] = fragmentsOf(packetOf(DATA, 700), [800]);
    const [, last] = fragmentsOf(packetOf({ ...DATA, seq: 1501 }, 700), [800]);
    write([
      [30, first],
      [61_100, last],
    ]);
    expect((await kindsOf()).filter(([kind]) => kind === 'fragments-missing')).toEqual([
      ['fragments-missing', [4, 5], { count: 2, fragments: 2 }],
    ]);
  });

  test('a checksum is looked at where all of the segment is there', async () => {
    const parts = fragmentsOf(packetOf({ ...DATA, wrong: 0x1111 }, 700), [8, 800]);
    write(parts.map((bytes) => [30, bytes] as const));
    const damage = (await kindsOf()).filter(([kind]) => kind.startsWith('checksum'));
    expect(damage.map(([, frames]) => frames)).toEqual([[6]]);
    write(parts.slice(0, 2).map((bytes) => [30, bytes] as const));
    expect((await kindsOf()).map(([kind]) => kind)).toEqual(['fragments-missing']);
  });
});

describe('fragments that overlap', () => {
  const WHOLE = udpPacket('>', 7, 2400, 79);
  const OTHER = Buffer.from(WHOLE).fill(0x62, 28);
  const [first, second, third] = fragmentsOf(WHOLE, [800, 1600]);
  const [otherFirst, otherSecond] = fragmentsOf(OTHER, [800, 1600]);
  const wide = fragmentsOf(WHOLE, [400, 1200])[1];
  const otherWide = fragmentsOf(OTHER, [400, 1200])[1];
  const written = (...list: readonly (Buffer | undefined)[]): void => {
    const shown = list.flatMap((bytes, index) => (bytes === undefined ? [] : [{ at: index * 5, bytes }]));
    writePackets(file, shown);
  };

  test.each([
    ['a beginning', [first, otherFirst, second, third], 'warning', [2], 1],
    ['a repeated middle', [first, second, otherSecond, third], 'warning', [3], 1],
    ['a middle over two', [first, otherWide, second, third], 'warning', [2, 3], 2],
    ['a middle with the same bytes', [first, wide, second, third], 'note', [2, 3], 0],
  ] as const)('%s: as many differ as tshark says', async (_, list, severity, frames, differing) => {
    written(...list);
    const { issues } = await checkFile(file, ALL);
    expect(issues.filter(({ kind }) => kind.startsWith('fragments'))).toMatchObject([
      {
        ...{ kind: 'fragments-overlap', severity, frames },
        params: { count: 1, fragments: frames.length, differing, v6: 0 },
      },
    ]);
    if (!hasProgram('tshark')) return;
    const conflicts = ['-T', 'fields', '-e', 'ip.fragment.overlap.conflict'];
    const told = execFileSync('tshark', ['-n', '-r', file, ...conflicts], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(told.match(/1|True/g)?.length ?? 0).toBe(differing);
  });

  test('what was sent or captured twice does not, nor what comes when the datagram is complete', async () => {
    for (const list of [
      [first, first, second, second, third],
      [first, second, third, otherSecond],
    ]) {
      written(...list);
      const { issues } = await checkFile(file, ALL);
      expect(issues.map(({ kind }) => kind)).not.toContain('fragments-overlap');
    }
  });

  test('a beginning that is another a minute later is one of another datagram (RFC 791 §3.2)', async () => {
    writePackets(file, [
      { at: 0, bytes: first ?? WHOLE },
      { at: 30_000, bytes: otherFirst ?? WHOLE },
    ]);
    const { issues } = await checkFile(file, ALL);
    expect(issues.filter(({ kind }) => kind.startsWith('fragments'))).toMatchObject([
      { kind: 'fragments-missing', params: { count: 2 } },
    ]);
  });

  test('over IPv6 the receiver drops them, whatever they carry (RFC 5722)', async () => {
    const part = (offset: number, length: number, more: number): Buffer => {
      const bytes = Buffer.alloc(48 + length, 0x61);
      bytes.writeUInt32BE(0x6000_0000, 0);
      bytes.writeUInt16BE(8 + length, 4);
      bytes.set([44, 64], 6);
      for (const at of [8, 24]) bytes.fill(0, at, at + 16).set([0xfd, at], at);
      bytes.set([17, 0, offset >> 8, offset | more, 0, 0, 0, 9], 40);
      return bytes;
    };
    writePackets(file, [
      { at: 0, bytes: part(0, 96, 1) },
      { at: 5, bytes: part(48, 96, 0) },
    ]);
    const { issues } = await checkFile(file, ALL);
    expect(issues.find(({ kind }) => kind === 'fragments-overlap')).toMatchObject({
      severity: 'warning',
      frames: [2],
      params: { count: 1, fragments: 1, differing: 0, v6: 1 },
    });
  });
});
