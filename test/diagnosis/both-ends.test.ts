// Captures of both ends of a path, put together as mergecap(1) does: each packet stands there when it was sent and when it came.
// What is said of them is what is said of the capture of one end.
import { describe, expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { writeNanoseconds } from '../support/tcp-conversations.ts';
import { ACK, FIN, packetOf, type Segment, SYN } from '../support/tcp-segments.ts';

const { file } = segmentReports();
const MS = 1e6;
const HOPS = 5;

interface Sent extends Segment {
  readonly isLost?: boolean;
  /** Identification of IPv4; else it counts. */
  readonly id?: number;
}

/** A download of 40 segments over a path of `delay` ms each way; the eleventh is lost and sent again when it was asked for. */
function download(delay: number, id?: number): readonly Sent[] {
  const numbered = id === undefined ? {} : { id };
  const up = (at: number, seq: number, ack: number, more: Partial<Sent> = {}): Sent => ({
    ...{ at, way: '>', seq, ack, ...numbered },
    ...more,
  });
  const down = (at: number, seq: number, ack: number, more: Partial<Sent> = {}): Sent => ({
    ...{ at, way: '<', seq, ack, ...numbered },
    ...more,
  });
  const sent = [
    up(0, 100, 0, { flags: SYN }),
    // As with Linux, which need not number it.
    down(delay, 500, 101, { flags: SYN | ACK, id: 0 }),
    up(2 * delay, 101, 501),
    up(2 * delay + 1, 101, 501, { len: 100 }),
  ];
  const start = 3 * delay + 2;
  let acked = 501;
  for (let index = 0; index < 40; index++) {
    const seq = 501 + index * 1000;
    const isLost = index === 10;
    sent.push(down(start + index, seq, 201, { len: 1000, isLost }));
    if (index < 10) acked = seq + 1000;
    if (!isLost) sent.push(up(start + index + delay, 201, acked));
  }
  const again = start + 13 + 2 * delay + 0.5;
  sent.push(down(again, 10_501, 201, { len: 1000 }));
  const closing = Math.max(again, start + 39) + delay + 1;
  sent.push(
    up(closing, 201, 40_501),
    up(closing + 1, 201, 40_501, { flags: FIN | ACK }),
    down(closing + 1 + delay, 40_501, 202, { flags: FIN | ACK }),
    up(closing + 1 + 2 * delay, 202, 40_502),
  );
  return sent.toSorted((one, two) => one.at - two.at);
}

/** The packets as the client's side captured them, or both sides. */
function captured(sent: readonly Sent[], delay: number, ends: 'client' | 'both', hops = HOPS): void {
  const packets = sent.flatMap((segment, index) => {
    const bytes = packetOf(segment, segment.id ?? index + 1);
    const first = { at: segment.at * MS, bytes, place: segment.way === '>' ? 'client' : 'server' };
    const second = {
      at: (segment.at + delay) * MS,
      bytes: afterHops(bytes, hops),
      place: segment.way === '>' ? 'server' : 'client',
    };
    return segment.isLost === true ? [first] : [first, second];
  });
  const seen = packets.filter(({ place }) => ends === 'both' || place === ends);
  writeNanoseconds(
    file,
    seen.toSorted((one, two) => one.at - two.at),
  );
}

/** The packet behind so many routers: a smaller time to live, and the checksum of the header that goes with it (RFC 1141). */
function afterHops(packet: Buffer, hops: number): Buffer {
  const bytes = Buffer.from(packet);
  bytes[8] = (bytes[8] ?? 0) - hops;
  const sum = bytes.readUInt16BE(10) + hops * 0x100;
  bytes.writeUInt16BE((sum & 0xffff) + (sum >>> 16), 10);
  return bytes;
}

const report = (): Promise<CheckReport> => checkFile(file, { conversations: 10 });
const told = ({ issues }: CheckReport) =>
  issues.filter(({ kind }) => kind !== 'captured-twice').map(({ kind, params }) => [kind, params.side]);
const copies = ({ issues }: CheckReport): number =>
  issues.reduce((sum, { kind, total }) => (kind === 'captured-twice' ? sum + total : sum), 0);

describe.each([3, 12, 20, 60, 100, 200])('a path of %i ms', (delay) => {
  test('each packet counts once', async () => {
    const sent = download(delay);
    captured(sent, delay, 'client');
    const one = await report();
    captured(sent, delay, 'both');
    const both = await report();
    expect(copies(both)).toBe(sent.length - 1);
    expect(both.top[0]).toMatchObject({ bytes: one.top[0]?.bytes, closedBy: 'A', sentAgain: 1 });
    // The client's side never saw the segment that was lost.
    expect(told(both)).toEqual([['fast-retransmissions', 'B']]);
  });
});

test('a packet that is sent again has another identification, or as many routers to pass', async () => {
  const again: Segment = { at: 100, way: '>', seq: 101, ack: 501, len: 100 };
  const begin = download(20).slice(0, 3);
  for (const [id, hops] of [
    [8, HOPS],
    [7, 0],
  ] as const) {
    const [first, second] = [packetOf(again, 7), afterHops(packetOf(again, id), hops)];
    writeNanoseconds(file, [
      ...begin.map((segment, index) => ({ at: segment.at * MS, bytes: packetOf(segment, index + 1) })),
      { at: 100 * MS, bytes: first },
      { at: 400 * MS, bytes: second },
    ]);
    const { issues, top } = await report();
    expect(issues.map(({ kind }) => kind)).not.toContain('captured-twice');
    expect(top[0]?.sentAgain).toBe(1);
  }
});

test.each([
  { id: 7, copies: 1, sentAgain: 0, what: 'was delivered twice by the network' },
  { id: 8, copies: 0, sentAgain: 1, what: 'was sent again' },
])('a packet that comes 30 ms later with identification $id after 7 $what', async ({ id, ...expected }) => {
  const data: Segment = { at: 100, way: '>', seq: 101, ack: 501, len: 100 };
  writeNanoseconds(file, [
    ...download(20)
      .slice(0, 3)
      .map((segment, index) => ({ at: segment.at * MS, bytes: packetOf(segment, index + 1) })),
    { at: 100 * MS, bytes: packetOf(data, 7) },
    { at: 130 * MS, bytes: packetOf(data, id) },
  ]);
  const told = await report();
  expect(copies(told)).toBe(expected.copies);
  expect(told.top[0]?.sentAgain).toBe(expected.sentAgain);
});

test('without identifications the SYN tells, whose timer is longer', async () => {
  const delay = 60;
  const sent = download(delay, 0);
  captured(sent, delay, 'both');
  const both = await report();
  expect(copies(both)).toBe(sent.length - 1);
  expect(told(both)).toEqual([['fast-retransmissions', 'B']]);
});
