// VXLAN and GENEVE: every field that tshark has of the frames, and what the columns hold.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PROTOCOL } from '../../../capture/columns.ts';
import { wholePacket } from '../../../capture/datagram.ts';
import { PROBLEM, problemText } from '../../../capture/decode/problems.ts';
import { FIELD_NAMES, fieldInfo, fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { checkFile } from '../../../src/diagnosis/check/check.ts';
import { random } from '../../bench/generate.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { fragmentsOf } from '../../support/fragmented.ts';
import { echoPacket, icmpError, packetOf, SYN, udpPacket, writePackets } from '../../support/tcp-segments.ts';
import {
  datagramOf,
  frameOf,
  geneve,
  inGeneve,
  inVxlan,
  option,
  outerIpv4,
  outerIpv6,
  vxlan,
} from '../../support/udp-tunnels.ts';
import { mutated } from '../mutate.ts';

const folder = mkdtempSync(join(tmpdir(), 'udp-tunnels-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'one.pcap');
const ETHERNET = 1;

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
let id = 0;
/** Segments of one conversation, each with an identification of its own. */
const tcp = (): Buffer => packetOf({ at: 0, way: '>', seq: 100 + id, flags: 24, len: 4 }, ++id);
const udp = (): Buffer => udpPacket('>', 2222, 4, ++id);
const over = (ports: readonly [number, number], body: Buffer, length?: number): Buffer =>
  frameOf(0x0800, outerIpv4(17, datagramOf(ports, body, length)));
const V = [50_000, 4789] as const;
const G = [50_001, 6081] as const;
const inner = (type = 0x0800, body = tcp()): Buffer => frameOf(type, body);
const ARP = hex('0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002');
const GCP = [
  option(0x0132, 1, hex('0000123f')),
  option(0x0132, 2, hex('0000000000000009')),
  option(0x0132, 3, hex('0000010203040506')),
  option(0x0132, 0x81, hex('61626364')),
];

/** Frames by what is in them. */
const CASES: Readonly<Record<string, readonly Buffer[]>> = {
  'VXLAN with TCP, UDP and ICMP': [
    over(V, vxlan(inner())),
    over(V, vxlan(inner(0x0800, udp()))),
    over(V, vxlan(inner(0x0800, echoPacket('>', 8, 3, 1)))),
    frameOf(0x0800, udp()),
  ],
  'VXLAN, all flags and none': [
    over(V, vxlan(inner(), 0xffff, 77)),
    over(V, vxlan(inner(), 0x8848)),
    over(V, vxlan(inner(), 0)),
  ],
  'what else frames carry': [
    over(V, vxlan(inner(0x8100, Buffer.concat([hex('00640800'), tcp()])))),
    over(V, vxlan(inner(0x88a8, Buffer.concat([hex('00648100 00650800'), tcp()])))),
    over(V, vxlan(inner(0x0806, ARP))),
    over(V, vxlan(inner(0x9999, Buffer.alloc(30, 1)))),
    over(V, vxlan(inner(0x0800, outerIpv4(47, Buffer.concat([hex('00000800'), tcp()]))))),
    over(V, vxlan(inner(0x86dd, outerIpv6(41, outerIpv6(4, tcp()))))),
  ],
  'over IPv6 and VLANs': [
    frameOf(0x86dd, outerIpv6(17, datagramOf(V, vxlan(inner())))),
    frameOf(0x86dd, outerIpv6(17, datagramOf(G, geneve(inner())))),
    frameOf(0x8100, Buffer.concat([hex('00640800'), outerIpv4(17, datagramOf(V, vxlan(inner())))])),
    inGeneve(tcp()),
  ],
  'tunnels in tunnels': [
    over(V, vxlan(over([50_009, 4789], vxlan(inner())))),
    over(G, geneve(over(V, vxlan(inner(0x0800, udp()))))),
    frameOf(
      0x0800,
      outerIpv4(47, Buffer.concat([hex('00000800'), outerIpv4(17, datagramOf(V, vxlan(inner())))])),
    ),
  ],
  'ports: either, and the lower of two': [
    over([4789, 50_000], vxlan(inner())),
    over([1234, 4789], vxlan(inner())),
    over([4789, 1234], vxlan(inner())),
    over([4789, 4789], vxlan(inner())),
    over([4789, 6081], vxlan(inner())),
    over([6081, 4789], geneve(inner())),
    over([50_000, 8472], vxlan(inner())),
    over([53, 4789], Buffer.alloc(0)),
  ],
  'GENEVE: types': [
    ...[0x0800, 0x8847, 0x8848, 0x8100, 0x88a8, 0x9999, 0x880b, 0, 20, 0x88be].map((type) => {
      const before = type >> 4 === 0x884 ? '0006513f' : type === 0x8100 || type === 0x88a8 ? '00640800' : '';
      return over(G, geneve(Buffer.concat([hex(before), tcp()]), { type }));
    }),
    over(G, geneve(outerIpv6(6, tcp().subarray(20)), { type: 0x86dd })),
    over(G, geneve(ARP, { type: 0x0806 })),
  ],
  'GENEVE: flags, versions and options': [
    ...[0x80, 0x40, 0x3f].map((flags) => over(G, geneve(inner(), { flags }))),
    ...[1, 3].map((version) => over(G, geneve(inner(), { version }))),
    ...[
      option(0x0102, 0x80, hex('0080000d')),
      Buffer.concat([option(0x0102, 1, Buffer.alloc(0)), option(0x1111, 3, Buffer.alloc(8, 7), 5)]),
      option(0x0102, 1, Buffer.alloc(4), 0, 9),
      Buffer.concat([option(0x0102, 1, Buffer.alloc(4)), option(0x0102, 1, Buffer.alloc(0), 0, 31)]),
      Buffer.concat(GCP),
    ].map((options) => over(G, geneve(inner(), { options }))),
    over(G, geneve(inner(), { length: 63 })),
  ],
  'headers that end too early': [
    ...Array.from({ length: 9 }, (_, length) => over(V, vxlan(Buffer.alloc(0)).subarray(0, length))),
    ...Array.from({ length: 9 }, (_, length) => over(G, geneve(Buffer.alloc(0)).subarray(0, length))),
    ...[5, 14, 20].map((length) => over(V, vxlan(inner().subarray(0, length)))),
  ],
  'what follows the packet inside': [0, 4, 6, 20].flatMap((more) => [
    over(V, vxlan(Buffer.concat([inner(), Buffer.alloc(more)]))),
    over(G, geneve(Buffer.concat([inner(), Buffer.alloc(more)]))),
    Buffer.concat([over(V, vxlan(inner())), Buffer.alloc(more)]),
  ]),
};

// The times of the outer conversation stand in docs/tshark.md as different; those of the inner are asked for by themselves.
const FIELDS = FIELD_NAMES.filter(
  (name) =>
    fieldInfo(name)?.type !== 'protocol' &&
    !['frame.protocols', 'frame.time'].includes(name) &&
    !/^udp\.time_/.test(name),
);

/** Writes frames, each cut to its length in `cuts`. */
function write(frames: readonly Buffer[], cuts: readonly number[] = []): void {
  writePackets(
    file,
    frames.map((bytes, at) => ({ at, bytes: bytes.subarray(0, cuts[at]), wireLen: bytes.length })),
    ETHERNET,
  );
}

/** What both say of every frame. */
async function both(frames: readonly Buffer[], fields: readonly string[], cuts?: readonly number[]) {
  write(frames, cuts);
  const theirs = tsharkFields(file, fields, true);
  const capture = await openCapture(file);
  const ours = frames.map((_, row) => fields.map((name) => `${name}: ${fieldText(capture, row, name)}`));
  capture.close();
  return {
    ours,
    theirs: frames.map((_, row) => fields.map((name, index) => `${name}: ${theirs[row]?.[index] ?? ''}`)),
  };
}

describe.skipIf(!hasProgram('tshark'))('as tshark reads them', () => {
  test.each(Object.entries(CASES))('%s', async (_name, frames) => {
    const { ours, theirs } = await both(frames, FIELDS);
    expect(ours).toEqual(theirs);
  });

  test('the names of the protocols', async () => {
    const { ours, theirs } = await both(
      [
        over(V, vxlan(inner())),
        over(V, vxlan(inner(0x0806, ARP))),
        inGeneve(tcp()),
        over(G, geneve(inner())),
      ],
      ['frame.protocols'],
    );
    // Theirs go on above TCP, with `data`.
    expect(theirs.flat().map((path) => path.replace(/:data$/, ''))).toEqual(ours.flat());
    expect(ours[0]).toEqual(['frame.protocols: eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp']);
  });

  test('frames that were cut anywhere', async () => {
    const frames = [
      over(V, vxlan(inner(0x0800, udp()))),
      over(G, geneve(inner(0x0800, udp()), { options: option(1, 2, hex('61626364')) })),
    ];
    const cuts = Array.from({ length: 78 }, (_, index) => 34 + index);
    const cut = cuts.flatMap((length) => frames.map((frame) => ({ length, frame })));
    const fields = ['frame.cap_len', 'udp.stream', 'vxlan.vni', 'geneve.vni', 'ip.src', 'udp.dstport'];
    const { ours, theirs } = await both(
      cut.map(({ frame }) => frame),
      fields,
      cut.map(({ length }) => length),
    );
    expect(ours).toEqual(theirs);
  });

  test('tunnels in fragments, and fragments in tunnels', async () => {
    const cut = (packet: Buffer): Buffer[] =>
      fragmentsOf(packet, [16, 48]).map((bytes) => frameOf(0x0800, bytes));
    const around = (name: 'v' | 'g', number: number): Buffer =>
      outerIpv4(
        17,
        name === 'v' ? datagramOf(V, vxlan(inner())) : datagramOf(G, geneve(inner(0x0800, udp()))),
        number,
      );
    const frames = [
      ...cut(around('v', 1)),
      ...cut(around('g', 2)).reverse(),
      ...cut(around('v', 3)).slice(0, 2),
      ...fragmentsOf(tcp(), [8]).map((bytes) => over(V, vxlan(inner(0x0800, bytes)))),
    ];
    const { ours, theirs } = await both(frames, FIELDS);
    expect(ours).toEqual(theirs);
  });

  test('a tunnel that an ICMP error quotes', async () => {
    const quoted = outerIpv4(17, datagramOf(V, vxlan(inner(0x0800, udp()))));
    const frames = [28, 40, 60, quoted.length].map((length) =>
      frameOf(0x0800, icmp(quoted.subarray(0, length))),
    );
    const fields = ['udp.stream', 'udp.dstport', 'vxlan.vni', 'ip.src', 'eth.src', 'icmp.type'];
    const { ours, theirs } = await both([...frames, inVxlan(icmpError('>', 3, 3, udp()))], fields);
    expect(ours).toEqual(theirs);
  });
});

/** Port unreachable, quoting all of this. */
function icmp(quoted: Buffer): Buffer {
  return outerIpv4(1, Buffer.concat([hex('0303 0000 00000000'), quoted]));
}

test('the columns hold what is inside, and the flow around it keeps its number', async () => {
  write([
    inVxlan(packetOf({ at: 0, way: '>', seq: 100, flags: SYN }, 1)),
    inVxlan(udp()),
    over([40_000, 9], hex('00')),
  ]);
  const capture = await openCapture(file);
  const { columns, flows } = capture;
  const at = (row: number) => {
    const { protocol, stream, portB } = { ...flows.get(columns.flow[row] ?? -1) };
    return [columns.protocol[row], columns.networkAt[row], columns.transportAt[row], protocol, stream, portB];
  };
  // 14 of Ethernet, 20 of IP, 8 of UDP, 8 of VXLAN, and again 14 of Ethernet and 20 of IP.
  expect(at(0)).toEqual([PROTOCOL.tcp, 64, 84, PROTOCOL.tcp, 0, 80]);
  expect(at(1)).toEqual([PROTOCOL.udp, 64, 84, PROTOCOL.udp, 1, 2222]);
  expect(at(2)).toEqual([PROTOCOL.udp, 14, 34, PROTOCOL.udp, 2, 9]);
  expect(columns.payloadLen[1]).toBe(4);
  capture.close();
});

test('what is in a tunnel and not decoded is told, and headers that are cut off', async () => {
  write([
    over(V, vxlan(inner(0x9999, Buffer.alloc(30)))),
    over(G, geneve(Buffer.alloc(8), { type: 0x894f })),
    over(V, hex('08000000')),
    over(G, geneve(inner(), { length: 63 })),
  ]);
  const { issues } = await checkFile(file, { conversations: 0 });
  const told = (kind: string) =>
    issues.filter((issue) => issue.kind === kind).map(({ params, frames }) => [params.what, ...frames]);
  expect(told('undecoded-packets')).toEqual([
    ['Ethernet type 0x9999', 1],
    ['Ethernet type 0x894f', 2],
  ]);
  expect(told('damaged-packets')).toEqual([[problemText(PROBLEM.tunnelTruncated).text, 3, 4]]);
});

test('a service of its own that answers the port of a tunnel is none', async () => {
  write([over([53, 4789], vxlan(inner()))]);
  const capture = await openCapture(file);
  const { columns } = capture;
  expect(columns.protocol[0]).toBe(PROTOCOL.udp);
  expect(columns.transportAt[0]).toBe(34);
  capture.close();
});

test('whatever stands in the headers, nothing is read beyond the frame and no offset lies outside', async () => {
  const next = random(7);
  const frames = Object.values(CASES).flat();
  const changed = Array.from({ length: 4000 }, (_, index) => {
    const frame = frames[index % frames.length] ?? Buffer.alloc(0);
    return Buffer.from(mutated({ linkType: ETHERNET, wireLen: frame.length, frame }, next).frame);
  });
  write(changed);
  const capture = await openCapture(file);
  const { columns } = capture;
  expect(columns.length).toBe(changed.length);
  for (let row = 0; row < columns.length; row++) {
    const { length } = wholePacket(capture, row);
    const at = columns.transportAt[row] ?? 0;
    if (at !== 0xffff) expect(at).toBeLessThan(length);
    for (const name of ['geneve.option', 'geneve.options', 'vxlan.vni', 'frame.protocols', 'udp.stream'])
      fieldText(capture, row, name);
  }
  capture.close();
});
