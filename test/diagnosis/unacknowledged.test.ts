import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import type { Issue, IssueKind } from '../../src/diagnosis/check/report.ts';
import { openSession } from '../../src/session/read.ts';
import { messageOf } from '../../src/timeline/messages.ts';
import { namesOf } from '../../src/timeline/names.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { FIN, HANDSHAKE, RST, type Segment, writeSegments } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'unacknowledged-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'one.pcap');

async function found(kind: IssueKind, segments: readonly Segment[]): Promise<readonly Issue[]> {
  writeSegments(file, [...HANDSHAKE, ...segments]);
  const { issues } = await checkFile(file, { conversations: 0 });
  return issues.filter((issue) => issue.kind === kind);
}

/** Why each packet is there. */
async function reasons(segments: readonly Segment[]): Promise<readonly string[]> {
  writeSegments(file, [...HANDSHAKE, ...segments]);
  const session = await openSession(file);
  const timeline = buildTimeline(session);
  const names = namesOf(session, (row) => row + 1);
  const texts = Array.from(session.capture.columns.sec.subarray(0, segments.length + 3), (_, row) =>
    messageOf(timeline.reasonOfPacket(row), names),
  );
  session.capture.close();
  return texts;
}

const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const ack = (at: number, number: number, options: readonly number[] = []): Segment => ({
  ...{ at, way: '<', seq: 501, ack: number, options },
});
const number = (value: number): number[] => [0, 0, value >> 8, value & 255];
const sack = (...edges: readonly number[]): number[] => [
  ...[1, 1, 5, 2 + edges.length * 4],
  ...edges.flatMap(number),
];

describe('data that nobody acknowledged', () => {
  const kind = 'never-acknowledged';

  test('is counted once, however often it was sent, without its FIN', async () => {
    const fin: Segment = { ...data(1700, 401, 0), flags: FIN | 16 };
    const [issue, ...more] = await found(kind, [
      ...[data(30, 101), ack(40, 201), data(100, 201), data(110, 301), data(400, 201), data(1000, 201), fin],
    ]);
    expect(more).toEqual([]);
    // By hand: bytes 201 to 400, in frames 6, 7, 8 and 9, first sent at 100 and 110 ms, last at 1 s; the capture ends at 1.7 s.
    expect([issue?.severity, issue?.frames]).toEqual(['warning', [6, 7, 8, 9]]);
    expect(issue?.params).toMatchObject({ side: 'A', bytes: 200, from: 0.1, seconds: 0.01, again: 2 });
    expect(issue?.params).toMatchObject({ lasted: 0.9, after: 0.7 });
  });

  test('is not told where the capture ends soon after it', async () => {
    expect(await found(kind, [data(30, 101), ack(40, 201), data(100, 201), data(900, 301)])).toEqual([]);
  });

  test('is told at once where the connection was reset, whatever the reset says', async () => {
    const reset: Segment = { at: 110, way: '<', seq: 501, flags: RST };
    const [issue] = await found(kind, [data(30, 101), ack(40, 201), data(100, 201), reset]);
    expect(issue?.params).toMatchObject({ bytes: 100, reset: 'B' });
    const said: Segment = { ...reset, ack: 301, flags: RST | 16 };
    expect(await found(kind, [data(30, 101), ack(40, 201), data(100, 201), said])).toEqual([]);
  });

  test('says what a selective acknowledgement told of it', async () => {
    const [issue] = await found(kind, [
      data(30, 101),
      data(31, 201),
      ack(40, 101, sack(201, 301)),
      data(2000, 101),
    ]);
    expect(issue?.params).toMatchObject({ bytes: 200, reported: 100 });
  });

  test('is not a keep-alive, nor a probe of a closed window', async () => {
    const closed: Segment = { ...ack(40, 201), window: 0 };
    expect(await found(kind, [data(30, 101), closed, data(300, 201, 1), data(3000, 201, 1)])).toEqual([]);
    expect(await found(kind, [data(30, 101), ack(40, 201), data(2000, 200, 1), data(4000, 200, 1)])).toEqual(
      [],
    );
  });

  test('is nothing where only one direction was captured', async () => {
    const one = [100, 200, 3000].map((at, index) => data(at, 101 + index * 100));
    writeSegments(file, one);
    const { issues } = await checkFile(file, { conversations: 0 });
    expect(issues.map((issue) => issue.kind)).not.toContain(kind);
  });
});

describe('data that arrived twice', () => {
  const kind = 'received-twice';

  test('is told with what was sent again for nothing', async () => {
    const again = [data(30, 101), data(300, 101), ack(310, 201, sack(101, 201))];
    const [issue] = await found(kind, again);
    expect(issue?.params).toMatchObject({ side: 'A', count: 1, bytes: 100, again: 1, twice: 0 });
    expect(issue?.frames).toEqual([6]);
    expect((await reasons(again))[4]).toBe(
      'bytes 0–99 again (timeout, 270 ms): packet 4 had arrived: the receiver reports the bytes twice (D-SACK)',
    );
  });

  test('is told within a later block, and without a second copy', async () => {
    const [issue] = await found(kind, [
      ...[data(30, 101), data(31, 201), data(32, 301), ack(40, 101, sack(201, 301, 201, 401))],
    ]);
    expect(issue?.params).toMatchObject({ count: 1, bytes: 100, again: 0, twice: 0 });
  });

  test('is not what a block beyond the acknowledgement says', async () => {
    expect(await found(kind, [data(30, 201), ack(40, 101, sack(201, 301))])).toEqual([]);
  });

  test('is no SYN and no FIN', async () => {
    const fin: Segment = { ...data(40, 201, 0), flags: FIN | 16 };
    expect(
      await found(kind, [data(30, 101), ack(35, 201, sack(100, 101)), fin, ack(50, 202, sack(201, 202))]),
    ).toEqual([]);
  });
});

test('bytes whose first copy the capture lacks are not told as plain ones', async () => {
  const texts = await reasons([
    ...[data(30, 201), ack(40, 101), ack(41, 101), ack(42, 101), data(43, 101), ack(60, 301)],
    ...[data(70, 401), data(71, 301)],
  ]);
  expect([texts[3], texts[7], texts[10]]).toEqual([
    'bytes 100–199 of the stream',
    'bytes 0–99 of the stream, sent again: the first copy is not in the capture',
    'bytes 200–299 of the stream, in a gap: overtaken, or sent again without a first copy here',
  ]);
});
