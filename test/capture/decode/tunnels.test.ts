import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { hasProgram } from '../../shared.ts';

const directory = mkdtempSync(join(tmpdir(), 'sockscope-tunnels-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

/** UDP 1000 → 2000 with four bytes, from 10.0.0.1 to 10.0.0.2, or of IPv6 from ::1 to ::2. */
const UDP = hex('03e8 07d0 000c 0000 61626364');
const IPV4 = Buffer.concat([hex('4500 0020 0001 0000 4011 0000 0a000001 0a000002'), UDP]);
const IPV6 = Buffer.concat([
  hex('60000000 000c 11 40 00000000000000000000000000000001 00000000000000000000000000000002'),
  UDP,
]);
const MACS = hex('020000000001 020000000002');

function ethernet(type: string, payload: Buffer): Buffer {
  return Buffer.concat([MACS, hex(type), payload]);
}

/** An outer IPv4 header, from 192.0.2.1 to 192.0.2.2, with this protocol inside. */
function outer(protocol: string, payload: Buffer): Buffer {
  const header = hex(`4500 0000 0002 0000 40${protocol} 0000 c0000201 c0000202`);
  header.writeUInt16BE(20 + payload.length, 2);
  return Buffer.concat([header, payload]);
}

const CASES: readonly { readonly name: string; readonly linkType: number; readonly frame: Buffer }[] = [
  {
    name: 'ARP',
    linkType: 1,
    frame: ethernet('0806', hex('0001 0800 06 04 0001 020000000002 0a000001 000000000000 0a000002')),
  },
  { name: '802.1Q', linkType: 1, frame: ethernet('8100', Buffer.concat([hex('6064 0800'), IPV4])) },
  { name: 'QinQ', linkType: 1, frame: ethernet('88a8', Buffer.concat([hex('0065 8100 0066 86dd'), IPV6])) },
  {
    name: 'LLC and SNAP',
    linkType: 1,
    frame: ethernet('0028', Buffer.concat([hex('aaaa03 000000 0800'), IPV4])),
  },
  {
    name: 'MPLS, two labels',
    linkType: 1,
    frame: ethernet('8847', Buffer.concat([hex('00064040 0006513f'), IPV4])),
  },
  { name: 'MPLS over IPv6', linkType: 1, frame: ethernet('8847', Buffer.concat([hex('0006513f'), IPV6])) },
  { name: 'PPPoE', linkType: 1, frame: ethernet('8864', Buffer.concat([hex('11 00 0007 0022 0021'), IPV4])) },
  {
    name: 'PPPoE with IPv6',
    linkType: 1,
    frame: ethernet('8864', Buffer.concat([hex('11 00 0007 0036 0057'), IPV6])),
  },
  { name: 'PPP', linkType: 9, frame: Buffer.concat([hex('ff03 0021'), IPV4]) },
  { name: 'PPP, compressed', linkType: 9, frame: Buffer.concat([hex('21'), IPV4]) },
  { name: 'PPP of HDLC', linkType: 50, frame: Buffer.concat([hex('ff03 0057'), IPV6]) },
  { name: 'PPP, received', linkType: 204, frame: Buffer.concat([hex('00 ff03 0021'), IPV4]) },
  {
    name: 'PPPoE discovery',
    linkType: 1,
    frame: ethernet('8863', hex(`11 09 0000 0004 0101 0000 ${'00'.repeat(36)}`)),
  },
  {
    name: 'PPPoE discovery behind a tag',
    linkType: 1,
    frame: ethernet('8100', hex('0005 8863 11 a7 1234 0000')),
  },
  { name: 'PPPoE discovery, cut', linkType: 1, frame: ethernet('8863', hex('11 09 0000')) },
  { name: 'PPP, sent and compressed', linkType: 204, frame: Buffer.concat([hex('01 57'), IPV6]) },
  { name: "Cisco's HDLC", linkType: 104, frame: Buffer.concat([hex('0f00 0800'), IPV4]) },
  { name: 'GRE', linkType: 1, frame: ethernet('0800', outer('2f', Buffer.concat([hex('0000 0800'), IPV4]))) },
  {
    name: 'GRE with a key',
    linkType: 1,
    frame: ethernet('0800', outer('2f', Buffer.concat([hex('3000 86dd 0000002a 00000001'), IPV6]))),
  },
  {
    name: 'GRE with Ethernet',
    linkType: 1,
    frame: ethernet('0800', outer('2f', Buffer.concat([hex('0000 6558'), ethernet('0800', IPV4)]))),
  },
  { name: 'IP in IP', linkType: 101, frame: outer('04', IPV4) },
  { name: 'IPv6 in IPv4', linkType: 101, frame: outer('29', IPV6) },
];

const FIELDS = [
  ...[
    'eth.type',
    'eth.len',
    'vlan.id',
    'vlan.priority',
    'vlan.etype',
    'ieee8021ad.id',
    'mpls.label',
    'mpls.ttl',
  ],
  ...[
    'frame.len',
    'frame.cap_len',
    'pppoe.code',
    'pppoe.session_id',
    'pppoe.payload_length',
    'ppp.direction',
    'ppp.protocol',
    'gre.proto',
    'gre.key',
    'gre.flags_and_version',
  ],
  ...[
    'ip.src',
    'ip.dst',
    'ip.proto',
    'ipv6.src',
    'ipv6.nxt',
    'udp.srcport',
    'udp.dstport',
    'udp.length',
    'udp.payload',
    'udp.stream',
  ],
  ...['arp.opcode', 'arp.src.proto_ipv4', 'arp.dst.proto_ipv4', 'arp.src.hw_mac'],
];

function pcap(linkType: number, frame: Buffer): Buffer {
  const header = Buffer.alloc(24 + 16);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(linkType, 20);
  header.writeUInt32LE(1_700_000_000, 24);
  header.writeUInt32LE(frame.length, 32);
  header.writeUInt32LE(frame.length, 36);
  return Buffer.concat([header, frame]);
}

describe.skipIf(!hasProgram('tshark'))('encapsulations, as tshark takes them apart', () => {
  test.each(CASES)('$name', async ({ name, linkType, frame }) => {
    const path = join(directory, `${name.replace(/\W/g, '-')}.pcap`);
    writeFileSync(path, pcap(linkType, frame));
    const run = spawnSync(
      'tshark',
      ['-n', '-r', path, '-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])],
      {
        encoding: 'utf8',
      },
    );
    const capture = await openCapture(path);
    const ours = FIELDS.map((field) => `${field}=${fieldText(capture, 0, field)}`);
    const { protocol } = capture.columns;
    capture.close();
    const theirs = run.stdout.replace(/\n$/, '').split('\t');
    expect(ours).toEqual(FIELDS.map((field, index) => `${field}=${theirs[index] ?? ''}`));
    // The columns hold the innermost packet.
    expect(protocol[0]).toBe(/^ARP$|discovery/.test(name) ? 0 : 2);
  });
});
