// Conditions that rarely meet, found with random segments: tshark is asked of each.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { flagsOf } from '../../src/diagnosis/analysis.ts';
import { compareFlags } from '../../src/diagnosis/compare.ts';
import { FLAG } from '../../src/diagnosis/flags.ts';
import { hasProgram } from '../shared.ts';
import { ACK, FIN, RST, type Segment, SYN, writeSegments } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'strict-oddities-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Our flags of the segments of each conversation, after those of all were compared with tshark's in one capture. */
async function asTshark(conversations: readonly (readonly Segment[])[]): Promise<number[][]> {
  const path = join(folder, 'odd.pcap');
  const apart = conversations.map((segments, index) =>
    segments.map((segment) => ({ ...segment, at: segment.at + index * 1000, port: 1000 + index })),
  );
  writeSegments(path, apart.flat());
  const { version, flags } = await tsharkFlags(path);
  const capture = await openCapture(path);
  expect(compareFlags(path, version, capture, flags).differences).toEqual([]);
  const ours = flagsOf(capture);
  let row = 0;
  const found = conversations.map((segments) => segments.map(() => ours[row++] ?? 0));
  capture.close();
  return found;
}

const SCALED = [2, 4, 5, 180, 1, 3, 3, 7];
const PSH = 8;

describe.skipIf(!hasProgram('tshark'))('as tshark has it', () => {
  const last = 0xffff_ffff;
  test.each([
    ['in a direction that begins', []],
    ['after a SYN', [{ at: 0, way: '>', seq: last, flags: SYN }]],
    ['after the other side', [{ at: 0, way: '<', seq: 7, ack: 5, window: 0 }]],
    ['after a whole turn', [{ at: 0, way: '>', seq: last - 99, ack: 7, len: 100 }]],
  ] satisfies [string, Segment[]][])('the number before 0 keeps alive %s', async (_, before) => {
    const cases = [ACK, ACK | PSH, 0, SYN, ACK | FIN, RST].flatMap((flags) =>
      [0, 1, 2].map((len) => ({ flags, len })),
    );
    const found = await asTshark(
      cases.map(({ flags, len }) => [
        ...before,
        { at: 10, way: '>', seq: last, ack: 7, flags, len },
        { at: 20, way: '>', seq: 0, ack: 7, len: 10 },
        { at: 30, way: '<', seq: 7, ack: 10 },
      ]),
    );
    const kept = cases.filter((_, index) => ((found[index]?.[before.length] ?? 0) & FLAG.keepAlive) !== 0);
    expect(kept).toEqual(cases.filter(({ flags, len }) => (flags & (SYN | FIN | RST)) === 0 && len <= 1));
  });

  test('the segment that tells the round trip is not measured by it', async () => {
    const waits = [0.01, 1, 2.999, 3, 10];
    const found = await asTshark(
      waits.map((wait) => [
        { at: 0, way: '>', seq: 10_000, flags: SYN },
        { at: wait, way: '>', seq: 7000, ack: 5, len: 1 },
        { at: wait + 1, way: '>', seq: 10_001, ack: 5, len: 10 },
        { at: wait + 1.5, way: '>', seq: 7001, ack: 5, len: 1 },
      ]),
    );
    expect(found.map(([, second = 0]) => (second & FLAG.outOfOrder) !== 0)).toEqual(
      waits.map((wait) => wait < 3),
    );
  });

  const shake: Segment[] = [
    { at: 0, way: '>', seq: 100, flags: SYN, options: SCALED },
    { at: 10, way: '<', seq: 500, ack: 101, flags: SYN | ACK, options: SCALED },
    { at: 20, way: '>', seq: 101, ack: 501 },
    { at: 30, way: '<', seq: 501, ack: 101, len: 10 },
  ];
  test.each([
    ['the same SYN+ACK again', { at: 40, way: '<', seq: 500, ack: 101, flags: SYN | ACK, options: SCALED }],
    ['another SYN+ACK', { at: 40, way: '<', seq: 511, ack: 101, flags: SYN | ACK }],
    ['a SYN back', { at: 40, way: '<', seq: 500, ack: 101, flags: SYN }],
  ] satisfies [string, Segment][])('a window is not scaled after %s, and is after more', async (_, again) => {
    const cases = [null, ACK, FIN | ACK, PSH, RST].flatMap((more) =>
      [3, 3 << 7].map((len) => ({ more, len })),
    );
    const found = await asTshark(
      cases.map(({ more, len }) => [
        ...shake,
        { ...again, window: 3 },
        ...(more === null ? [] : [{ at: 50, way: '<', seq: 512, ack: 101, flags: more, window: 3 } as const]),
        { at: 60, way: '>', seq: 101, ack: 512, len },
      ]),
    );
    const isFull = found.map((flags) => ((flags.at(-1) ?? 0) & FLAG.windowFull) !== 0);
    expect(isFull).toEqual(
      cases.map(({ more, len }) => (more !== null && (more & ACK) !== 0 ? len > 3 : len === 3)),
    );
  });
});
