// Source routes of IPv4 (RFC 791 §3.1): whose conversation a packet is of, and which address its checksum covers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { internetSum } from '../../../capture/checksum.ts';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { checkFile } from '../../../src/diagnosis/check/check.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { writePackets } from '../../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'ipv4-route-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TCP = 6;
const HERE = '0a000001';
const ROUTER = '0a000002';
const OTHER_ROUTER = '0a000003';
const THERE = '0a000007';
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** A segment without data between two ends, its checksum over their addresses, behind a header that goes to another and has options. */
function packet(ends: [string, string], ports: string, numbers: string, to: string, options = ''): Buffer {
  const tcp = hex(`${ports} ${numbers} 2000 0000 0000`);
  const pseudo = hex(`${ends.join('')} 00 06 0014`);
  const summed = Buffer.concat([pseudo, tcp]);
  tcp.writeUInt16BE(~internetSum(summed, 0, summed.length) & 0xffff, 16);
  const length = 20 + options.length / 2;
  const ip = Buffer.concat([hex(`00 00 0000 0001 0000 40 06 0000 ${ends[0]} ${to}`), hex(options)]);
  ip[0] = 0x40 + length / 4;
  ip[9] = TCP;
  ip.writeUInt16BE(length + tcp.length, 2);
  ip.writeUInt16BE(~internetSum(ip, 0, length) & 0xffff, 10);
  return Buffer.concat([ip, tcp]);
}

const OUT: [string, string] = [HERE, THERE];
const PORTS = '03e8 0050';
const ACKS = '00000002 0000000a 5010';

const loose = (pointer: string, ...stops: string[]): string =>
  `83${(3 + stops.length * 4).toString(16).padStart(2, '0')}${pointer}${stops.join('')}00`;

const write = (name: string, packets: readonly Buffer[]): string => {
  const path = join(folder, name);
  writePackets(
    path,
    packets.map((bytes, at) => ({ at, bytes })),
  );
  return path;
};

/** The way there by a router, the way back without one. */
const CONVERSATION = [
  packet(OUT, PORTS, '00000001 00000000 5002', ROUTER, loose('04', THERE)),
  packet([THERE, HERE], '0050 03e8', '00000009 00000002 5012', HERE),
  packet(OUT, PORTS, ACKS, ROUTER, loose('04', OTHER_ROUTER, THERE)),
  packet(OUT, PORTS, ACKS, OTHER_ROUTER, loose('08', ROUTER, THERE).replace(/^83/, '89')),
  packet(OUT, PORTS, ACKS, THERE, loose('0c', ROUTER, OTHER_ROUTER)),
  packet(OUT, PORTS, ACKS, THERE, loose('05', OTHER_ROUTER)),
  packet(OUT, PORTS, ACKS, THERE, loose('00', OTHER_ROUTER)),
  packet(OUT, PORTS, ACKS, THERE, loose('ff', OTHER_ROUTER)),
];

test.skipIf(!hasProgram('tshark'))(
  'the end of a route is the end of the conversation, as for tshark',
  async () => {
    // An ICMP error about the first packet.
    const quoted = CONVERSATION[0]!;
    const icmp = Buffer.concat([hex('0b00 0000 00000000'), quoted]);
    icmp.writeUInt16BE(~internetSum(icmp, 0, icmp.length) & 0xffff, 2);
    const ip = hex(`45000000 00010000 40010000 ${ROUTER} ${HERE}`);
    ip.writeUInt16BE(20 + icmp.length, 2);
    ip.writeUInt16BE(~internetSum(ip, 0, 20) & 0xffff, 10);
    const path = write('route.pcap', [...CONVERSATION, Buffer.concat([ip, icmp])]);
    const fields = ['ip.src', 'ip.dst', 'ip.addr', 'ip.cur_rt', 'ip.proto', 'tcp.port', 'tcp.stream'];
    fields.push('tcp.checksum.status');
    const theirs = tsharkFields(path, fields);
    const capture = await openCapture(path);
    const ours = theirs.map((_, row) => fields.map((field) => fieldText(capture, row, field)));
    expect(capture.columns.flow[CONVERSATION.length]).toBe(0);
    capture.close();
    expect(ours).toEqual(theirs);
    const status = fields.indexOf('tcp.checksum.status');
    expect(theirs.slice(0, CONVERSATION.length).map((values) => values[status])).toEqual(
      CONVERSATION.map(() => '1'),
    );
  },
);

test('nothing is wrong with a conversation that goes by a route', async () => {
  const report = await checkFile(write('checked.pcap', CONVERSATION.slice(0, 3)), { conversations: 10 });
  expect(report.issues).toEqual([]);
  expect(report.top).toHaveLength(1);
});
