import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Capture } from '../../capture/capture.ts';
import { ACK, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { openCapture } from '../../capture/file/open-capture.ts';
import { flagsOf } from '../../src/diagnosis/analysis.ts';
import { READING } from '../../src/diagnosis/flags.ts';
import { writeConversations } from '../support/tcp-conversations.ts';

const folder = mkdtempSync(join(tmpdir(), 'unseen-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Direction {
  readonly base: number;
  /** Every number that was captured. */
  readonly seen: Set<number>;
  highest: number | null;
}

interface Lacking {
  readonly row: number;
  readonly direction: Direction;
  readonly numbers: Set<number>;
}

/**
 * The plainest way to know: a set of all numbers that were captured, and a look at each that is newly acknowledged. What is
 * captured within 3 ms after its acknowledgement was not lacking.
 */
function unseenRows({ columns }: Capture): number[] {
  const directions = new Map<number, Direction>();
  const lacking: Lacking[] = [];
  const ms = (row: number): number => (columns.sec[row] ?? 0) * 1e3 + (columns.nsec[row] ?? 0) / 1e6;
  for (let row = 0; row < columns.length; row++) {
    if (columns.protocol[row] !== PROTOCOL.tcp) continue;
    const key = (columns.flow[row] ?? 0) * 2 + (columns.direction[row] ?? 0);
    const [flags, seq] = [columns.flags[row] ?? 0, (columns.seq[row] ?? 0) | 0];
    const peer = directions.get(key ^ 1);
    if (peer !== undefined && (flags & (ACK | RST)) === ACK) {
      const ack = ((columns.ack[row] ?? 0) - peer.base) | 0;
      const from = peer.highest ?? Math.min(...peer.seen);
      const numbers = new Set<number>();
      for (let at = from; at < ack; at++) if (!peer.seen.has(at)) numbers.add(at);
      if (numbers.size > 0) lacking.push({ row, direction: peer, numbers });
      peer.highest = Math.max(peer.highest ?? ack, ack);
    }
    const mine = directions.get(key) ?? { base: seq, seen: new Set(), highest: null };
    directions.set(key, mine);
    const end = (columns.payloadLen[row] ?? 0) + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
    for (let at = 0; at < end; at++) mine.seen.add(((seq - mine.base) | 0) + at);
    for (const { row: acknowledged, direction, numbers } of lacking)
      if (direction === mine && ms(row) - ms(acknowledged) < 3)
        for (let at = 0; at < end; at++) numbers.delete(((seq - mine.base) | 0) + at);
  }
  return lacking.filter(({ numbers }) => numbers.size > 0).map(({ row }) => row);
}

test('acknowledged bytes that the capture lacks are found, and no others', async () => {
  let found = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const file = join(folder, 'one.pcap');
    const trouble = { loss: 0.02, reorder: 0.05, duplicate: 0.02, uncaptured: 0.05 };
    // One each: two on the same ports would have their segments mixed.
    writeConversations(file, seed, trouble, 1);
    const capture = await openCapture(file);
    const flags = flagsOf(capture).subarray(0, capture.columns.length);
    const ours = [...flags.keys()].filter((row) => ((flags[row] ?? 0) & READING.unseenData) !== 0);
    const theirs = unseenRows(capture);
    capture.close();
    expect([seed, ours]).toEqual([seed, theirs]);
    found += theirs.length;
  }
  expect(found).toBeGreaterThan(60);
});
