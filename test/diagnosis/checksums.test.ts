// Checksums that do not fit: what was damaged, and what the network card makes. Segments and packets by hand; the client's
// bytes begin with 101, the server's with 501.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { segmentReports } from '../support/segment-reports.ts';
import {
  ACK,
  FIN,
  HANDSHAKE,
  packetOf,
  type Segment,
  udpPacket,
  writePackets,
} from '../support/tcp-segments.ts';

const { folder, reportOf } = segmentReports();

interface Timed {
  readonly at: number;
  readonly bytes: Buffer;
}

async function reportOfPackets(packets: readonly Timed[]): Promise<CheckReport> {
  const file = join(folder, 'packets.pcap');
  writePackets(file, packets);
  return checkFile(file, { conversations: 10 });
}

const ofChecksums = ({ issues }: CheckReport) => issues.filter(({ kind }) => kind.startsWith('checksum-'));
const told = (report: CheckReport) => ofChecksums(report).map(({ kind, frames }) => [kind, frames]);

const ack = (at: number, number: number): Segment => ({ at, way: '>', seq: 101, ack: number });
const data = (at: number, seq: number, wrong = 0x101): Segment => ({
  ...{ at, way: '<', seq, ack: 101, len: 1000, wrong },
});
const CLOSE: Segment = { at: 90, way: '<', seq: 2501, ack: 101, flags: FIN | ACK };

test('data whose checksums are wrong was taken where it is acknowledged and not sent again', async () => {
  const taken = [data(30, 501), ack(31, 1501), data(40, 1501), ack(41, 2501), CLOSE];
  expect(told(await reportOf([...HANDSHAKE, ...taken]))).toEqual([['checksum-offload', [4, 6]]]);
  const one = [data(30, 501), ack(31, 1501)];
  expect(told(await reportOf([...HANDSHAKE, ...one]))).toEqual([['checksum-offload', [4]]]);
});

test('it was damaged where it is sent again, and nothing is known where nobody acknowledges it', async () => {
  const again = [data(30, 501), data(330, 501, 0), ack(331, 1501)];
  const [damaged] = ofChecksums(await reportOf([...HANDSHAKE, ...again]));
  expect(damaged).toMatchObject({ kind: 'checksum-damage', frames: [4], params: { again: 1 } });
  const left = [data(30, 501), ack(31, 501)];
  const [unknown] = ofChecksums(await reportOf([...HANDSHAKE, ...left]));
  expect(unknown).toMatchObject({ kind: 'checksum-damage', frames: [4], params: { again: 0, silent: 0 } });
});

test('a datagram that is damaged late in a long capture is found', async () => {
  const packets = Array.from({ length: 20_010 }, (_, index): Timed => {
    return { at: index, bytes: udpPacket(index % 2 === 0 ? '>' : '<', 5000, 20, index & 0xffff) };
  });
  packets[20_006]?.bytes.writeUInt8(0x62, 40);
  const [issue] = ofChecksums(await reportOfPackets(packets));
  expect(issue).toMatchObject({ kind: 'checksum-damage', frames: [20_007], params: { wrong: 1 } });
});

test('an IPv4 header that was damaged is told, of a segment that is sent again and of a datagram', async () => {
  const segments: Segment[] = [...[...HANDSHAKE, data(30, 501, 0), data(330, 501, 0)], ack(331, 1501)];
  const packets = segments.map((segment, id) => ({ at: segment.at, bytes: packetOf(segment, id) }));
  damageHeader(packets[3]);
  expect(ofChecksums(await reportOfPackets(packets))).toMatchObject([
    { kind: 'checksum-damage', severity: 'warning', frames: [4], params: { again: 1, what: 'header' } },
  ]);
  const datagrams = [0, 1, 2].map((at) => ({ at, bytes: udpPacket(at === 1 ? '<' : '>', 5000, 20, at) }));
  damageHeader(datagrams[2]);
  expect(ofChecksums(await reportOfPackets(datagrams))).toMatchObject([
    { kind: 'checksum-damage', frames: [3], params: { wrong: 1, what: 'header', silent: 0 } },
  ]);
});

test('IPv4 headers without a checksum are left to the network card of their sender', async () => {
  const datagrams = [0, 1, 2].map((at) => ({ at, bytes: udpPacket(at === 1 ? '<' : '>', 5000, 20, at) }));
  for (const { bytes } of datagrams.filter(({ at }) => at !== 1)) bytes.writeUInt16BE(0, 10);
  expect(told(await reportOfPackets(datagrams))).toEqual([['checksum-offload', [1, 3]]]);
});

test.each([
  { what: 'nothing comes back', ports: [1000, 2000], answered: false, kinds: ['checksum-damage'] },
  { what: 'the other end answers', ports: [1000, 2000], answered: true, kinds: [] },
  { what: 'the port is that of a tunnel (RFC 6935)', ports: [1000, 4789], answered: false, kinds: [] },
])('UDP over IPv6 without checksum, $what', async ({ ports: [from = 0, to = 0], answered, kinds }) => {
  const packets = [{ at: 0, bytes: udpOverIpv6(1, 2, from, to) }];
  if (answered) packets.push({ at: 10, bytes: udpOverIpv6(2, 1, to, from) });
  const found = ofChecksums(await reportOfPackets(packets));
  expect(found.map(({ kind }) => kind)).toEqual(kinds);
  for (const { params } of found) expect(params).toMatchObject({ wrong: 1, what: 'none', silent: 1 });
});

/** Another time to live than the checksum covers. */
function damageHeader(packet: Timed | undefined): void {
  packet?.bytes.writeUInt8(63, 8);
}

function udpOverIpv6(from: number, to: number, sport: number, dport: number): Buffer {
  const address = (last: number): number[] => [0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), last];
  const udp = [sport >> 8, sport & 255, dport >> 8, dport & 255, 0, 12, 0, 0, 1, 2, 3, 4];
  return Buffer.from([0x60, 0, 0, 0, 0, udp.length, 17, 64, ...address(from), ...address(to), ...udp]);
}
