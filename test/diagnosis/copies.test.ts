// Packets that are captured twice where nothing in their headers counts packets: as over IPv6, or with the 0 for an
// identification that RFC 6864 allows. All numbers are by hand.
import { expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { conversations, writeNanoseconds } from '../support/tcp-conversations.ts';
import { ACK, packetOf, RST, type Segment, SYN, udpPacket, writePackets } from '../support/tcp-segments.ts';

const { file } = segmentReports();

const data = (at: number, seq: number): Segment => ({ at, way: '>', seq, ack: 501, len: 100 });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });

/** Kinds of issues and the frames that prove them, of segments without identification. */
async function issuesOf(segments: readonly Segment[]) {
  writePackets(
    file,
    segments.map((segment) => ({ at: segment.at, bytes: packetOf(segment, 0) })),
  );
  const { issues } = await checkFile(file, { conversations: 1 });
  return issues.map(({ kind, frames }) => [kind, ...frames]);
}

test('all packets twice, a moment apart, are no retransmissions', async () => {
  const segments: Segment[] = [
    { at: 0, way: '>', seq: 100, flags: SYN },
    { at: 20, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
    { at: 21, way: '>', seq: 101, ack: 501 },
    ...[data(22, 101), ack(42, 201), data(43, 201), ack(63, 301)],
  ];
  const doubled = [...segments, ...segments.map((segment) => ({ ...segment, at: segment.at + 1.5 }))];
  doubled.sort((x, y) => x.at - y.at);
  // The SYN+ACK of frame 5 comes after the acknowledgement of its first copy.
  expect(await issuesOf(doubled)).toEqual([
    ['captured-twice', 2, 7, 8, 12],
    ['captured-twice', 5, 11, 14],
  ]);
});

test('what comes a round trip after its copy was sent again', async () => {
  const segments: Segment[] = [
    { at: 0, way: '>', seq: 100, flags: SYN },
    { at: 2, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
    { at: 4, way: '>', seq: 101, ack: 501 },
    ...[data(30, 101), data(30.1, 201), data(30.2, 301), data(30.3, 401)],
    ...[ack(34.1, 101), ack(34.2, 101), ack(34.3, 101)],
  ];
  expect(await issuesOf([...segments, data(34.4, 101), ack(38.4, 501)])).toEqual([
    ['fast-retransmissions', 11],
  ]);
  // Its copy may itself have been late: what others asked for follows it at once.
  const late = segments.map((segment) => (segment.at === 30 ? { ...segment, at: 32 } : segment));
  late.sort((x, y) => x.at - y.at);
  expect(await issuesOf([...late, data(34.4, 101), ack(38.4, 501)])).toContainEqual([
    'fast-retransmissions',
    11,
  ]);
});

test('no timer is quicker than the way and back', async () => {
  const segments: Segment[] = [
    { at: 0, way: '>', seq: 100, flags: SYN },
    { at: 2, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
    ...[{ at: 4, way: '>', seq: 101, ack: 501 } as const, data(30, 101)],
  ];
  expect(await issuesOf([...segments, data(33, 101), ack(37, 201)])).toEqual([['captured-twice', 5]]);
  expect(await issuesOf([...segments, data(38, 101), ack(42, 201)])).toEqual([
    ['unprompted-retransmissions', 5],
  ]);
});

const HANDSHAKE: readonly Segment[] = [
  { at: 0, way: '>', seq: 100, flags: SYN },
  { at: 20, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
  { at: 21, way: '>', seq: 101, ack: 501 },
];

/** Kinds of issues of packets with their identifications. */
async function kindsOf(packets: readonly (readonly [Segment, id: number])[]): Promise<string[]> {
  writePackets(
    file,
    packets.map(([segment, id]) => ({ at: segment.at, bytes: packetOf(segment, id) })),
  );
  const { issues } = await checkFile(file, { conversations: 1 });
  return issues.map(({ kind }) => kind);
}

test.each([0, 7])('a refusal that is captured twice is one, with identification %i', async (id) => {
  const syn: Segment = { at: 0, way: '>', seq: 100, flags: SYN };
  const rst: Segment = { at: 1, way: '<', seq: 0, ack: 101, flags: RST | ACK };
  const issues = await kindsOf([
    [syn, 1],
    [rst, id],
    [{ ...rst, at: 1.004 }, id],
  ]);
  expect(issues).toEqual(['refused', 'captured-twice']);
});

test('resets that answer several segments are no copies', async () => {
  const rst: Segment = { at: 40, way: '<', seq: 501, flags: RST };
  const segments = [...HANDSHAKE, data(30, 101), data(30.1, 201), rst, { ...rst, at: 40.01 }];
  expect(await kindsOf(segments.map((segment) => [segment, 0]))).not.toContain('captured-twice');
});

test.each([
  { name: 'of one packet', ids: [9, 9, 9], twice: true },
  { name: 'of three packets', ids: [8, 9, 10], twice: false },
  { name: 'without identification', ids: [0, 0, 0], twice: false },
  { name: 'of a sender that gives all packets one', ids: [3, 3, 3], twice: false },
])('acknowledgements with the identifications $name', async ({ ids, twice }) => {
  const segments = [...HANDSHAKE, data(30, 101), data(31, 301), data(31.1, 401)];
  const acks = ids.map((id, index): [Segment, number] => [ack(50 + index / 100, 201), id]);
  const kinds = await kindsOf([...segments.map((segment): [Segment, number] => [segment, 3]), ...acks]);
  expect(kinds.includes('captured-twice')).toBe(twice);
});

test('a datagram that is captured twice is one', async () => {
  const query = udpPacket('>', 53, 30, 77);
  writePackets(file, [
    { at: 0, bytes: query },
    { at: 0.01, bytes: query },
    { at: 5000, bytes: udpPacket('>', 53, 30, 78) },
    { at: 20_000, bytes: udpPacket('>', 54, 30, 79) },
  ]);
  const { issues } = await checkFile(file, { conversations: 1 });
  const counts = issues.map(({ kind, flow, params }) => [kind, flow, params.count]);
  expect(counts).toContainEqual(['datagrams-unanswered', 0, 2]);
  expect(counts).toContainEqual(['captured-twice', 0, 1]);
  // Without identification two datagrams may be sent as soon after each other.
  const anonymous = udpPacket('>', 53, 30, 0);
  writePackets(
    file,
    [0, 0.01, 5000].map((at) => ({ at, bytes: anonymous })),
  );
  const plain = await checkFile(file, { conversations: 1 });
  expect(plain.issues.map(({ kind, params }) => [kind, params.count])).toEqual([['datagrams-unanswered', 3]]);
});

test('a capture of many pieces tells the same with every packet twice', async () => {
  const packets = conversations(5, { loss: 0.02, reorder: 0.01, duplicate: 0, uncaptured: 0 }, 400);
  for (const [index, { bytes }] of packets.entries()) bytes.writeUInt16BE((index % 65_535) + 1, 4);
  const seen = async (all: typeof packets) => {
    writeNanoseconds(file, all);
    const { issues, flags } = await checkFile(file, { conversations: 1 });
    // Of so many packets not all checksums are looked at.
    const told = issues.filter(({ kind }) => !['captured-twice', 'checksum-offload'].includes(kind));
    return { told: told.map(({ kind, flow, total }) => `${kind} ${flow} ${total.toFixed(2)}`).sort(), flags };
  };
  const once = await seen(packets);
  const twice = await seen(packets.flatMap((packet) => [packet, { ...packet, at: packet.at + 1000 }]));
  expect(packets.length).toBeGreaterThan(10_000);
  expect(twice.told).toEqual(once.told);
  // Wireshark takes copies for duplicates and retransmissions.
  const again = 'tcp.analysis.retransmission';
  expect(twice.flags[again] ?? 0).toBeGreaterThan((once.flags[again] ?? 0) * 2);
});

test('copies are found behind thousands of datagrams that have none', async () => {
  const packets = Array.from({ length: 6000 }, (_, index) => ({
    at: index,
    bytes: udpPacket(index % 2 === 0 ? '>' : '<', 53, 40 + (index % 7), index + 1),
  }));
  const opening: Segment[] = [
    { at: 6000, way: '>', seq: 100, flags: SYN },
    { at: 6001, way: '<', seq: 500, ack: 101, flags: SYN | ACK },
    { at: 6002, way: '>', seq: 101, ack: 501 },
    ...[data(6003, 101), ack(6004, 201)],
  ];
  for (const [index, segment] of opening.entries()) {
    const bytes = packetOf(segment, 7000 + index);
    packets.push({ at: segment.at, bytes }, { at: segment.at + 0.03, bytes });
  }
  writePackets(file, packets);
  const { issues } = await checkFile(file, { conversations: 1 });
  const told = issues.filter(({ kind }) => kind !== 'datagrams-unanswered');
  expect(told.map(({ kind, total }) => [kind, total])).toEqual([
    ['captured-twice', 3],
    ['captured-twice', 2],
  ]);
});

test('a packet whose time to live is greater is another one, as of traceroute', async () => {
  const probe = udpPacket('>', 33434, 20, 0);
  const packets = [1, 2, 3].map((ttl, index) => {
    const bytes = Buffer.from(probe);
    // The header's checksum goes with it (RFC 1624): what one byte has less, the other has more.
    const checksum = bytes.readUInt16BE(10) + (64 - ttl) * 256;
    bytes[8] = ttl;
    bytes.writeUInt16BE((checksum & 0xffff) + (checksum >> 16), 10);
    return { at: index * 2, bytes };
  });
  writePackets(file, packets);
  const { issues } = await checkFile(file, { conversations: 1 });
  expect(issues.map(({ kind, total }) => [kind, total])).toEqual([['datagrams-unanswered', 3]]);
});
