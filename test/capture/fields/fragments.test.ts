import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Capture } from '../../../capture/capture.ts';
import { wholePacket } from '../../../capture/datagram.ts';
import { FIELD_NAMES, fieldInfo, fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { fragmentsOf } from '../../support/fragmented.ts';
import { HANDSHAKE, packetOf, type Segment, writePackets } from '../../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'fragments-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'one.pcap');

const STAMPS = [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0];
const DATA: Segment = { at: 30, way: '>', seq: 101, ack: 501, len: 1400, flags: 24, options: STAMPS };
const ACKS: Segment = { at: 40, way: '<', seq: 501, ack: 1501 };

function handshake(): Buffer[] {
  return HANDSHAKE.map((segment, index) => packetOf(segment, index + 1));
}

/** IPv6 fragments (RFC 8200 §4.5) of what a packet of raw IPv4 carries. */
function sixth(packet: Buffer, cuts: readonly number[], id: number): Buffer[] {
  const payload = packet.subarray(20);
  const edges = [0, ...cuts, payload.length];
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] ?? payload.length;
    const header = Buffer.alloc(48);
    header[0] = 0x60;
    header.writeUInt16BE(8 + to - from, 4);
    header.set([44, 64], 6);
    header.set([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 8);
    header.set(packet.subarray(12, 16), 20);
    header.set([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 24);
    header.set(packet.subarray(16, 20), 36);
    header[40] = 6;
    header.writeUInt16BE(from | (to < payload.length ? 1 : 0), 42);
    header.writeUInt32BE(id, 44);
    return Buffer.concat([header, payload.subarray(from, to)]);
  });
}

/** The packet in IP in IP (protocol 4, RFC 2003), that in fragments. */
function tunnelled(packet: Buffer, cuts: readonly number[]): Buffer[] {
  const outer = Buffer.from([0x45, 0, 0, 0, 0, 77, 0, 0, 64, 4, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
  return fragmentsOf(Buffer.concat([outer, packet]), cuts);
}

const reversed = (list: readonly Buffer[]): Buffer[] => [...list].reverse();
const data = (id: number, seq = 101): Buffer => packetOf({ ...DATA, seq }, id);

/** What is in each capture: packets of raw IP. */
const CASES: readonly (readonly [string, readonly Buffer[]])[] = [
  ['two fragments', [...handshake(), ...fragmentsOf(data(9), [800]), packetOf(ACKS, 10)]],
  ['the last first', [...handshake(), ...reversed(fragmentsOf(data(9), [800])), packetOf(ACKS, 10)]],
  [
    'a header in four, of a new conversation',
    HANDSHAKE.slice(0, 1).flatMap((syn) =>
      fragmentsOf(packetOf({ ...syn, options: STAMPS }, 9), [8, 16, 24]),
    ),
  ],
  ['over IPv6', [...handshake(), ...sixth(data(9), [800], 9), ...sixth(packetOf(ACKS, 1), [8], 10)]],
  ['one is missing', [...handshake(), ...fragmentsOf(data(9), [400, 800]).slice(0, 2), packetOf(ACKS, 10)]],
  [
    'captured twice, and overlapping',
    [
      ...handshake(),
      ...fragmentsOf(data(9), [800]).flatMap((part) => [part, part]),
      ...fragmentsOf(data(10, 1501), [800]).slice(0, 1),
      ...fragmentsOf(data(10, 1501), [400]).slice(1),
    ],
  ],
  ['a tunnel', [...handshake(), ...tunnelled(data(9), [800])]],
];

async function opened(packets: readonly Buffer[]): Promise<Capture> {
  writePackets(
    file,
    packets.map((bytes, at) => ({ at, bytes })),
  );
  return await openCapture(file);
}

describe.skipIf(!hasProgram('tshark'))(
  'TCP in fragments has the fields that tshark shows when it puts them together',
  () => {
    const fields = FIELD_NAMES.filter(
      (name) => /^(tcp|ip|ipv6)\./.test(name) && fieldInfo(name)?.type !== 'protocol',
    );
    test.each(CASES)('%s', async (_name, packets) => {
      const capture = await opened(packets);
      const ours = packets.map((_, row) =>
        fields.map((field) => `${field}: ${fieldText(capture, row, field)}`),
      );
      capture.close();
      const theirs = tsharkFields(file, fields, true);
      expect(ours).toEqual(
        theirs.map((row) => fields.map((field, index) => `${field}: ${row[index] ?? ''}`)),
      );
    });
  },
);

test('the bytes of a segment stand behind the frame that completes it', async () => {
  const segment = data(9);
  const capture = await opened([...handshake(), ...fragmentsOf(segment, [8, 800])]);
  const { columns } = capture;
  const packet = Buffer.from(wholePacket(capture, 5));
  expect(packet.subarray(columns.transportAt[5]).equals(segment.subarray(20))).toBe(true);
  expect(packet.subarray(columns.payloadAt[5]).equals(segment.subarray(52))).toBe(true);
  expect([3, 4, 5].map((row) => [columns.payloadLen[row], columns.flow[row]])).toEqual([
    [0, 0],
    [0, 0],
    [1400, 0],
  ]);
  expect(wholePacket(capture, 4).length).toBe(columns.capLen[4]);
  capture.close();
});

test('the parts of a segment that begins a conversation are of it too', async () => {
  const [syn] = HANDSHAKE;
  if (syn === undefined) throw new Error('no handshake');
  const capture = await opened(reversed(fragmentsOf(packetOf(syn, 9), [8])));
  expect([...capture.columns.flow.subarray(0, 2)]).toEqual([0, 0]);
  expect(capture.flows.get(0)).toMatchObject({ portA: 40_000, portB: 80, firstRow: 1 });
  capture.close();
});
