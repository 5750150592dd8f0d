import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Capture } from '../../capture/capture.ts';
import { ACK as ACK_BIT, FIN as FIN_BIT, RST as RST_BIT, SYN as SYN_BIT } from '../../capture/columns.ts';
import { openCapture } from '../../capture/file/open-capture.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import type { Conversation } from '../../src/diagnosis/check/report.ts';
import { printCheck } from '../../views/text/print-check.ts';
import { writeConversations } from '../support/tcp-conversations.ts';
import { ACK, FIN, HANDSHAKE, RST, type Segment, writeSegments } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'endings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'one.pcap');

const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const fin = (way: '>' | '<', seq: number, ack: number): Segment => ({
  at: 100,
  way,
  seq,
  ack,
  flags: FIN | ACK,
});

async function conversationOf(segments: readonly Segment[]): Promise<Conversation> {
  writeSegments(file, segments);
  const [first] = (await checkFile(file, { conversations: 10 })).top;
  if (first === undefined) throw new Error('no conversation');
  return first;
}

// By hand, A being who is seen first: the client's bytes are 101 to 200, the server's begin with 501 and there are none.
const OPENED = [...HANDSHAKE, data(30, 101)];
const LEFT = fin('>', 201, 501);
const RIGHT = fin('<', 501, 201);

describe('who closed', () => {
  test.each([
    ['the first FIN, when all before it was captured', [...OPENED, LEFT, fin('<', 501, 202)], 'A'],
    ['either may be first when their FINs cross: the one captured first', [...OPENED, RIGHT, LEFT], 'B'],
    // The server's FIN acknowledges 202: 201 is the client's FIN, or one more byte. It is not in the capture.
    [
      'a FIN that acknowledges what was not captured tells nothing',
      [...OPENED, fin('<', 501, 202)],
      'B-fin-seen',
    ],
    [
      'one side alone tells nothing of the other',
      OPENED.filter(({ way }) => way === '>').concat(LEFT),
      'A-fin-seen',
    ],
    [
      'nor do acknowledgements without data of a capture that began late',
      [{ at: 0, way: '<', seq: 501, ack: 201 }, LEFT],
      'B-fin-seen',
    ],
    ['but data of it does', [{ at: 0, way: '<', seq: 401, ack: 201, len: 100 }, LEFT], 'B'],
    ['and its own FIN, which was not acknowledged yet', [LEFT, fin('<', 501, 202)], 'A'],
    [
      'a FIN that comes again and was acknowledged tells nothing',
      [fin('>', 201, 502), fin('<', 501, 202)],
      'A-fin-seen',
    ],
    ['a reset', [...OPENED, { ...RIGHT, flags: RST | ACK }], 'B-reset'],
    ['a reset without acknowledgement', [...OPENED, { ...RIGHT, flags: RST }], 'B-reset'],
    [
      'a reset that acknowledges what was not captured',
      [...OPENED, { ...RIGHT, ack: 202, flags: RST | ACK }],
      'B-reset-seen',
    ],
    ['nobody', OPENED, 'open'],
    // What the server acknowledges beyond 201 was not captured: its end may be missing too.
    [
      'not known, when packets are missing',
      [...OPENED, { at: 60, way: '<', seq: 501, ack: 301 }],
      'not-seen',
    ],
    ['not known, when one side is missing', [data(0, 101), data(1, 201)], 'not-seen'],
  ] as const)('%s', async (_name, segments, closedBy) => {
    expect((await conversationOf(segments)).closedBy).toBe(closedBy);
  });

  test('what is not known is said with the table', async () => {
    await conversationOf([...OPENED, fin('<', 501, 302)]);
    const report = await checkFile(file, { conversations: 10 });
    const text = [...printCheck(report, { ascii: false, colour: false, width: 160, all: false })].join('\n');
    expect(text).toContain('100 B+101 B / 0 B');
    expect(text).toContain('? (FIN right)');
    expect(text).toContain('the other end may have closed before');
    expect(text).toContain('a FIN that it lacks counts as one');
  });
});

describe('bytes', () => {
  test.each([
    [
      'each once, however it was cut when it was sent again',
      [...OPENED, data(31, 201), data(500, 101, 300)],
      [300, 0],
      [0, 0],
    ],
    ['a gap', [...OPENED, data(31, 301)], [200, 0], [100, 0]],
    ['a gap that was filled in the middle', [...OPENED, data(31, 501), data(60, 301)], [300, 0], [200, 0]],
    [
      'what was acknowledged beyond',
      [...OPENED, { at: 60, way: '<', seq: 501, ack: 301 }],
      [100, 0],
      [100, 0],
    ],
    ['a reset that is ahead', [...OPENED, { at: 60, way: '>', seq: 901, flags: RST }], [100, 0], [0, 0]],
    [
      'a side that was not captured, by the acknowledgements of the other',
      [
        { at: 0, way: '>', seq: 101, ack: 501, len: 100 },
        { at: 9, way: '>', seq: 201, ack: 801, len: 100 },
      ],
      [200, 0],
      [0, 300],
    ],
    ['before what was captured first', [HANDSHAKE[0], data(31, 201)], [100, 0], [100, 0]],
  ] as const)('%s', async (_name, segments, bytes, missing) => {
    const one = await conversationOf(segments.filter((each) => each !== undefined));
    expect([one.bytes, one.missing]).toEqual([bytes, missing]);
  });
});

/** The plainest way to know: sets of all numbers of payload that were captured, and the bounds of all that are known. */
function plainly({ columns }: Capture): { bytes: number[]; missing: number[] } {
  const sides = [0, 1].map(() => ({ seen: new Set<number>(), low: Infinity, high: -Infinity, base: NaN }));
  const take = (side: number, from: number, to: number): void => {
    const one = sides[side];
    if (one === undefined) return;
    if (Number.isNaN(one.base)) one.base = from;
    const [low, high] = [(from - one.base) | 0, (to - one.base) | 0];
    one.low = Math.min(one.low, low);
    one.high = Math.max(one.high, high);
  };
  const fins = [0, 0];
  const controls: [side: number, number: number][] = [];
  for (let row = 0; row < columns.length; row++) {
    const [flags, seq, len] = [columns.flags[row] ?? 0, columns.seq[row] ?? 0, columns.payloadLen[row] ?? 0];
    const side = columns.direction[row] ?? 0;
    const first = (flags & SYN_BIT) === 0 ? seq : seq + 1;
    const end = first + len + ((flags & FIN_BIT) === 0 ? 0 : 1);
    if ((flags & FIN_BIT) !== 0) fins[side] = 1;
    if ((flags & FIN_BIT) !== 0) controls.push([side, end - 1]);
    if ((flags & SYN_BIT) !== 0) controls.push([side, seq]);
    if ((flags & RST_BIT) === 0 || len > 0) take(side, first, end);
    for (let at = 0; at < len; at++) sides[side]?.seen.add((first + at - (sides[side]?.base ?? 0)) | 0);
    if ((flags & (ACK_BIT | RST_BIT)) === ACK_BIT)
      take(1 - side, columns.ack[row] ?? 0, columns.ack[row] ?? 0);
  }
  // Keep-alives carry a byte with the number of the SYN or the FIN: it is none of the stream.
  for (const [side, number] of controls) sides[side]?.seen.delete((number - (sides[side]?.base ?? 0)) | 0);
  const bytes = sides.map(({ seen }) => seen.size);
  const missing = sides.map(({ low, high }, side) => high - low - (fins[side] ?? 0) - (bytes[side] ?? 0));
  return { bytes, missing };
}

test('sums and what is missing are those of sets of all numbers', async () => {
  let missed = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const uncaptured = seed % 2 === 0 ? 0.05 : 0;
    writeConversations(file, seed, { loss: 0.03, reorder: 0.05, duplicate: 0.02, uncaptured }, 1);
    const capture = await openCapture(file);
    const expected = plainly(capture);
    capture.close();
    const [one] = (await checkFile(file, { conversations: 1 })).top;
    expect([seed, one?.bytes, one?.missing]).toEqual([seed, expected.bytes, expected.missing]);
    missed += expected.missing.filter((bytes) => bytes > 0).length;
  }
  expect(missed).toBeGreaterThan(20);
});
