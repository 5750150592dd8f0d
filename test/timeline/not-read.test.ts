import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSession } from '../../src/session/read.ts';
import { messageOf } from '../../src/timeline/messages.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import {
  HANDSHAKE,
  icmpUnreachable,
  packetOf,
  RST,
  type Segment,
  SYN,
  writePackets,
  writeSegments,
} from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'not-read-'));
afterAll(() => rmSync(folder, { recursive: true }));
const NAMES = { call: (index: number) => `call ${index}`, packet: (row: number) => `packet ${row + 1}` };

async function told(file: string): Promise<string[]> {
  const session = await openSession(file);
  const timeline = buildTimeline(session);
  const texts = Array.from({ length: session.capture.columns.length }, (_, row) =>
    messageOf(timeline.reasonOfPacket(row), NAMES),
  );
  session.capture.close();
  return texts;
}

test.each([
  [127, 'not decoded (link type 127, 802.11 with radiotap header)'],
  [999, 'not decoded (link type 999)'],
])('a packet of link type %d is not said to be damaged', async (linkType, text) => {
  const file = join(folder, `${linkType}.pcap`);
  writePackets(file, [{ at: 0, bytes: Buffer.alloc(40) }], linkType);
  expect(await told(file)).toEqual([text]);
});

test('a packet that the capture cut before its headers end is not said to be damaged', async () => {
  const cut = join(folder, 'cut.pcap');
  // 20 bytes of IP and 10 of the 20 of TCP.
  const cutAt30 = (segment: Segment, index: number) => {
    const bytes = packetOf(segment, index);
    return { at: segment.at, bytes: bytes.subarray(0, 30), wireLen: bytes.length };
  };
  writePackets(cut, HANDSHAKE.map(cutAt30));
  expect(await told(cut)).toEqual(
    HANDSHAKE.map(() => 'cut by the capture: 30 of 40 bytes are here (snaplen), too few to decode'),
  );
});

test('of a SYN that nothing answers, and of one that a reset answers, no more than the packets show', async () => {
  const file = join(folder, 'silent.pcap');
  writeSegments(file, [
    { at: 0, way: '>', seq: 100, flags: SYN },
    { at: 1000, way: '>', seq: 100, flags: SYN },
    { at: 1010, way: '<', seq: 0, ack: 101, flags: RST | 16 },
  ]);
  expect((await told(file)).slice(1)).toEqual([
    'SYN again after 1.0 s (repetition 1): no answer is in the capture',
    'refused: nobody listens on the port that packet 2 went to, or a firewall answers so',
  ]);
});

test('an ICMP error between two SYNs is an answer', async () => {
  const file = join(folder, 'forbidden.pcap');
  const syn = packetOf({ at: 0, way: '>', seq: 100, flags: SYN }, 1);
  writePackets(file, [
    { at: 0, bytes: syn },
    { at: 1, bytes: icmpUnreachable(13, syn) },
    { at: 1000, bytes: syn },
  ]);
  expect((await told(file))[2]).toBe(
    'SYN again after 1.0 s (repetition 1): an ICMP error was the only answer',
  );
});
