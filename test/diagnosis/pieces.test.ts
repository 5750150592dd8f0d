// A capture is read in pieces, which differ by how it comes: nothing that is said of it may depend on them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { Gathering, reportOf } from '../../src/diagnosis/check/gather.ts';
import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { ACK, HANDSHAKE, packetOf, type Segment, udpPacket, writePackets } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'pieces-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SEGMENTS = 800;
const ACKS = 40;
const DATAGRAMS = 100;
const LEN = 1400;
/** ms: a mirror shows each packet once more so much later, several hundred packets behind. */
const LATER = 0.4;

/** 800 segments of data a packet every 1.2 µs, an acknowledgement for 20 of them, datagrams behind them; all of it twice. */
function writeMirrored(path: string): void {
  const segments: Segment[] = [...HANDSHAKE];
  const packets: { at: number; bytes: Buffer }[] = [];
  for (let index = 0; index < SEGMENTS; index++) {
    const at = 30 + index * 0.0012;
    segments.push({ at, way: '>', seq: 101 + index * LEN, ack: 501, len: LEN });
    if (index % 20 === 19)
      segments.push({ at, way: '<', seq: 501, ack: 101 + (index + 1) * LEN, flags: ACK });
  }
  // Datagrams are looked for less far back.
  for (let index = 0; index < DATAGRAMS; index++)
    packets.push({ at: 40 + index * 0.1, bytes: udpPacket('>', 53, 40, 5000 + index) });
  segments.forEach((segment, index) => {
    packets.push({ at: segment.at, bytes: packetOf(segment, index + 1) });
  });
  const copies = packets.map(({ at, bytes }) => {
    const copy = Buffer.from(bytes);
    copy[8] = 63; // A router has counted the time to live down: IP's checksum is of no interest here.
    return { at: at + LATER, bytes: copy };
  });
  const all = [...packets, ...copies];
  const order = all.map((_, index) => index).sort((x, y) => (all[x]?.at ?? 0) - (all[y]?.at ?? 0) || x - y);
  writePackets(
    path,
    order.map((index) => all[index]!),
  );
}

/** The report of a capture whose rows come so many at a time. */
async function inPieces(file: string, rows: number): Promise<CheckReport> {
  const capture = await openCapture(file);
  const gathering = new Gathering();
  const { columns } = capture;
  for (let from = 0; from < columns.length; from += rows)
    gathering.takePart(columns, 0, capture, from, Math.min(columns.length, from + rows));
  const report = reportOf(file, capture, gathering, { conversations: 10 });
  capture.close();
  return report;
}

const copiesIn = ({ issues }: CheckReport) =>
  issues
    .filter(({ kind }) => kind === 'captured-twice')
    .map(({ flow, params, total }) => [flow, params.side, total]);

const withoutFile = ({ file: _, ...report }: CheckReport): Omit<CheckReport, 'file'> => report;

test('second captures that stand far behind are found, however the capture is cut', async () => {
  const file = join(folder, 'mirrored.pcap');
  writeMirrored(file);
  const report = await checkFile(file, { conversations: 10 });
  expect(copiesIn(report).sort()).toEqual([
    [0, 'A', 2 + SEGMENTS],
    [0, 'B', 1 + ACKS],
    [1, 'A', DATAGRAMS],
  ]);
  expect(report.issues.filter(({ severity }) => severity === 'warning')).toEqual([]);
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
  expect(withoutFile(await checkFile(`${file}.gz`, { conversations: 10 }))).toEqual(withoutFile(report));
  for (const rows of [1, 77, 5000])
    expect(withoutFile(await inPieces(file, rows))).toEqual(withoutFile(report));
});
