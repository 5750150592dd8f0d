// Frames of Ethernet in GRE (ERSPAN) and under MPLS labels, against tshark; and what of a capture nobody here can read.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PACKET_FIELDS } from '../../../capture/fields/registry.ts';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { checkFile } from '../../../src/diagnosis/check/check.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { packetOf, SYN, udpPacket, writePackets } from '../../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'mirrored-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'one.pcap');
const ETHERNET = 1;

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
// Makers that Wireshark knows: its guess whether a control word stands before a frame goes by them.
const frame = (type: number, body: Buffer): Buffer =>
  Buffer.concat([hex('000c29aabbcc 00155d112233'), hex(type.toString(16).padStart(4, '0')), body]);
const inner = (): Buffer => frame(0x0800, packetOf({ at: 0, way: '>', seq: 100, flags: SYN }, 1));
const ip = (protocol: number, body: Buffer): Buffer => {
  const header = hex('4500 0000 0001 0000 4000 0000 0a020201 0a020202');
  header.writeUInt16BE(20 + body.length, 2);
  header[9] = protocol;
  return Buffer.concat([header, body]);
};
const gre = (type: number, hasSequence: boolean, body: Buffer): Buffer => {
  const header = hex(
    `${hasSequence ? '1000' : '0000'} ${type.toString(16)} ${hasSequence ? '00000007' : ''}`,
  );
  return frame(0x0800, ip(47, Buffer.concat([header, body])));
};
/** Writes frames and says what tshark and we say of these fields. */
async function both(frames: readonly Buffer[], fields: readonly string[]) {
  writePackets(
    file,
    frames.map((bytes, at) => ({ at, bytes })),
    ETHERNET,
  );
  const theirs = tsharkFields(file, [...fields]);
  const capture = await openCapture(file);
  const ours = frames.map(
    (_, row) =>
      fieldText(capture, row, 'frame.number') && fields.map((name) => fieldText(capture, row, name)),
  );
  capture.close();
  return { theirs, ours };
}

const TYPE_II = hex('1064 9c15 00500123');
const typeIII = (flags: string, more = ''): Buffer => hex(`2064 9c15 12345678 4321 ${flags} ${more}`);
const MIRRORED: readonly Buffer[] = [
  gre(0x88be, false, inner()),
  gre(0x88be, true, Buffer.concat([TYPE_II, inner()])),
  gre(0x22eb, true, Buffer.concat([typeIII('805c'), inner()])),
  gre(0x22eb, false, Buffer.concat([typeIII('8054'), inner()])),
  ...[0, 1, 3, 4, 5, 7].map((platform) => {
    const subheader = `${((platform << 2) | 1).toString(16).padStart(2, '0')}234567 aabbccdd`;
    return gre(0x22eb, true, Buffer.concat([typeIII('8055', subheader), inner()]));
  }),
];
const LABEL = hex('000101ff');
const WORD = hex('00000009');
const UNDER_LABELS: readonly Buffer[] = [
  frame(0x8847, Buffer.concat([LABEL, inner()])),
  frame(0x8847, Buffer.concat([LABEL, WORD, inner()])),
  frame(
    0x8847,
    Buffer.concat([LABEL, WORD, frame(0x8100, Buffer.concat([hex('00050800'), inner().subarray(14)]))]),
  ),
  frame(0x8847, Buffer.concat([LABEL, inner().subarray(14)])),
];

const has = hasProgram('tshark');
describe.skipIf(!has)('as tshark reads them', () => {
  test('mirrored frames', async () => {
    const own = [...PACKET_FIELDS.keys()].filter((name) => name.startsWith('erspan.'));
    expect(own.length).toBeGreaterThan(30);
    const fields = ['frame.protocols', 'tcp.stream', 'tcp.srcport', 'ip.src', 'eth.src', 'gre.proto', ...own];
    const { theirs, ours } = await both(MIRRORED, fields);
    expect(ours).toEqual(theirs);
    expect(ours[0]?.[0]).toBe('eth:ethertype:ip:gre:erspan:eth:ethertype:ip:tcp');
  });

  test('Ethernet in MPLS, with a control word and without', async () => {
    const fields = [
      'frame.protocols',
      'tcp.stream',
      'eth.src',
      'mpls.label',
      'pweth',
      'pweth.cw',
      'pweth.cw.sequence_number',
    ];
    const { theirs, ours } = await both(UNDER_LABELS, fields);
    expect(ours).toEqual(theirs);
    expect(ours.map(([path]) => path?.includes('pweth'))).toEqual([true, true, true, false]);
  });
});

test('what is not decoded is told with how much it is, what never carries IP is not', async () => {
  const frames = [
    ...[frame(0x9999, Buffer.alloc(46)), frame(0x9999, Buffer.alloc(46)), frame(0x88cc, Buffer.alloc(46))],
    ...[frame(0x0026, hex(`424203${'00'.repeat(43)}`)), frame(0x0800, ip(50, Buffer.alloc(40)))],
    ...[frame(0x86dd, hex(`60000000 0010 00 40 ${'20'.repeat(32)} 8400010400000000 0000000000000000`))],
    ...[frame(0x0800, ip(89, Buffer.alloc(40))), frame(0x0800, udpPacket('>', 9, 20, 1))],
  ];
  writePackets(
    file,
    frames.map((bytes, at) => ({ at, bytes })),
    ETHERNET,
  );
  const { issues } = await checkFile(file, { conversations: 0 });
  const told = issues.filter(({ kind }) => kind === 'undecoded-packets');
  expect(told.map(({ severity, frames: rows, params }) => [severity, params.what, ...rows])).toEqual([
    ['note', 'Ethernet type 0x9999', 1, 2],
    ['note', 'IP protocol 50 (ESP)', 5],
    ['note', 'IP protocol 132 (SCTP)', 6],
    ['note', 'IP protocol 89 (OSPF)', 7],
  ]);
});

test.skipIf(!has)('what follows frames behind labels and in tunnels', async () => {
  const plain = inner().subarray(14);
  const frames = [0, 6, 14, 18, 30].flatMap((length) => {
    const more = Buffer.alloc(length);
    return [
      gre(0x6558, false, Buffer.concat([inner(), more])),
      gre(0x88be, false, Buffer.concat([inner(), more])),
      Buffer.concat([gre(0x6558, false, inner()), more]),
      frame(0x8847, Buffer.concat([LABEL, plain, more])),
      frame(0x8847, Buffer.concat([LABEL, WORD, inner(), more])),
    ];
  });
  const { theirs, ours } = await both(frames, ['eth.padding', 'eth.trailer', 'eth.fcs', 'frame.protocols']);
  expect(ours).toEqual(theirs);
});
