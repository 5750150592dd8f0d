// Headers cut by the snap length: what tshark makes of them, and what is left to say.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { PcapWriter } from '../../capture/file/pcap-writer.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { compareFlags } from '../../src/diagnosis/compare.ts';
import { COMPARED_VALUES, compareValues } from '../../src/filter/compare-values.ts';
import { HAS_SHARED, hasProgram, sharedCaptures } from '../shared.ts';
import { ACK, HANDSHAKE, packetOf, RST, type Segment, SYN, writePackets } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'cut-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Cut {
  readonly sec: number;
  readonly nsec: number;
  readonly wireLen: number;
  readonly frame: Uint8Array;
}

function cutFile(name: string, linkType: number, snaplen: number, packets: Iterable<Cut>): string {
  const parts: Uint8Array[] = [];
  const writer = new PcapWriter({ write: (bytes) => parts.push(bytes) }, linkType, snaplen);
  for (const { sec, nsec, wireLen, frame } of packets)
    writer.packet(sec, nsec, wireLen, frame.subarray(0, snaplen));
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

/** A copy of a capture that keeps so many bytes of each packet. */
async function cutCopy(file: string, snaplen: number): Promise<string> {
  const capture = await openCapture(file);
  const { sec, nsec, wireLen, length } = capture.columns;
  const packets = Array.from({ length }, (_, row) => ({
    ...{ sec: sec[row]!, nsec: nsec[row]!, wireLen: wireLen[row]! },
    frame: capture.frame(row).slice(),
  }));
  const path = cutFile(`${snaplen}-${basename(file)}`, capture.interfaces[0]!.linkType, snaplen, packets);
  capture.close();
  return path;
}

// Bytes before the options: 40 of raw IPv4, 54 with Ethernet, 60 of raw IPv6. Time stamps end 12 behind, SACK blocks later.
const CUTS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/six-flows/, [38, 44, 68, 76]],
  [/ipv6-loss/, [58, 62, 72]],
  [/tfo/, [54, 60, 66]],
  [/zerowindow|syn-timeout|port-reuse/, [44, 58]],
];

describe.skipIf(!HAS_SHARED || !hasProgram('tshark'))(
  'captures cut within TCP headers are analysed as tshark does',
  () => {
    for (const file of sharedCaptures('captures')) {
      const snaplens = CUTS.find(([name]) => name.test(file))?.[1] ?? [];
      if (!/selfmade/.test(file) || !file.endsWith('.pcap')) continue;
      for (const snaplen of snaplens) {
        test(`${basename(file)} after ${snaplen} bytes`, { timeout: 60_000 }, async () => {
          const cut = await cutCopy(file, snaplen);
          const { values } = await tsharkFlags(cut, COMPARED_VALUES);
          const capture = await openCapture(cut);
          expect(compareValues(capture, values, COMPARED_VALUES).valueDifferences).toEqual([]);
          capture.close();
        });
      }
    }
  },
);

test.skipIf(!hasProgram('tshark'))(
  'of a TCP header that ends with its frame there is no analysis',
  async () => {
    const data: Segment = { at: 30, way: '>', seq: 101, ack: 501, len: 100 };
    const segments = [...HANDSHAKE, data];
    const packets = segments.map((segment, index) => ({
      at: segment.at,
      bytes: packetOf(segment, index + 1),
    }));
    // From the ports to the last byte of the fixed part, each claiming to be all that was sent.
    for (let end = 24; end < 40; end++)
      packets.push({ at: 16 + end, bytes: packetOf({ ...data, seq: 201 }, end).subarray(0, end) });
    packets.push({ at: 60, bytes: packetOf({ at: 60, way: '<', seq: 501, ack: 201 }, 60) });
    const path = join(folder, 'ends-with-frame.pcap');
    writePackets(path, packets);
    const { version, flags } = await tsharkFlags(path);
    const capture = await openCapture(path);
    expect(compareFlags(path, version, capture, flags).differences).toEqual([]);
    capture.close();
    const { issues } = await checkFile(path, { conversations: 10 });
    expect(new Set(issues.map(({ kind }) => kind))).toEqual(new Set(['damaged-packets']));
  },
);

describe('by hand: SYNs with 12 bytes of options, of which none is captured', () => {
  const options = [2, 4, 5, 180, 1, 1, 4, 2, 1, 3, 3, 7];
  const reportOf = (segments: readonly Segment[]): Promise<CheckReport> => {
    const path = join(folder, 'by-hand.pcap');
    const packets = segments.map((segment, index) => {
      const bytes = packetOf(segment, index + 1);
      return { at: segment.at, bytes: bytes.subarray(0, 40), wireLen: bytes.length };
    });
    writePackets(path, packets);
    return checkFile(path, { conversations: 10 });
  };
  const syn: Segment = { at: 0, way: '>', seq: 100, ack: 0, flags: SYN, options };

  test('a refusal is a refusal', async () => {
    const reset: Segment = { at: 20, way: '<', seq: 0, ack: 101, flags: RST | ACK };
    const report = await reportOf([syn, reset]);
    expect(report.issues.map(({ kind, frames }) => [kind, frames])).toEqual([
      ['refused', [2]],
      ['cut-packets', [1]],
    ]);
  });

  test('SYNs without an answer are told', async () => {
    const again = [0, 100, 300].map((at): Segment => ({ ...syn, at }));
    const report = await reportOf(again);
    expect(report.issues[0]).toMatchObject({ kind: 'handshake-unanswered', frames: [1, 2, 3] });
    expect(report.top[0]).toMatchObject({ packets: 3 });
  });

  test('a window behind them is in units that nobody knows', async () => {
    const window = 500;
    const answer: Segment = { at: 10, way: '<', seq: 500, ack: 101, flags: SYN | ACK, options };
    // 500 bytes fill a window of 500 that is not scaled; one that may be scaled is not called full.
    const data: Segment = { at: 30, way: '>', seq: 101, ack: 501, len: 500 };
    const report = await reportOf([
      ...[syn, answer, { at: 20, way: '>', seq: 101, ack: 501 } as const],
      ...[{ at: 25, way: '<', seq: 501, ack: 101, window } as const, data],
    ]);
    expect(report.flags['tcp.analysis.window_full'] ?? 0).toBe(0);
    expect(report.top[0]).toMatchObject({ setupMs: 20, bytes: [500, 0] });
  });
});
