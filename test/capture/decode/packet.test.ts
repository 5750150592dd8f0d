import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { PROTOCOL } from '../../../capture/columns.ts';
import { Decoding } from '../../../capture/decode/decoding.ts';
import { LINKTYPE } from '../../../capture/decode/link-types.ts';
import { decodePacket } from '../../../capture/decode/packet.ts';
import { PROBLEM, problemText } from '../../../capture/decode/problems.ts';
import { tcpOptions } from '../../../capture/decode/tcp-options.ts';
import { FIELD_NAMES, fieldInfo, fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { random } from '../../bench/generate.ts';
import { hasProgram, sharedCaptures, tsharkFields } from '../../shared.ts';
import { cellsOf, readBytes } from '../memory.ts';
import { mutated, pcapOf, type Sample, samplesOf } from '../mutate.ts';
import { tcp } from '../packets.ts';

const directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
afterAll(() => rmSync(directory, { recursive: true }));
const samples = await samplesOf([...sharedCaptures('captures'), ...sharedCaptures('golden')]);

/** The cells of one frame that stands at `at` among bytes of `filler`. */
function decoded(sample: Sample, at: number, filler: number): number[] {
  const bytes = new Uint8Array(at + sample.frame.length + 64).fill(filler);
  bytes.set(sample.frame, at);
  const out = new Decoding();
  out.row = out.columns.add();
  decodePacket(bytes, at, sample.frame.length, sample.wireLen, sample.linkType, out);
  return [...rowOf(out), out.columns.fragments.size];
}

function rowOf({ columns }: Decoding): number[] {
  return [
    ...[
      columns.protocol,
      columns.problem,
      columns.problemAt,
      columns.flow,
      columns.direction,
      columns.networkAt,
    ],
    ...[columns.transportAt, columns.payloadAt, columns.payloadLen, columns.seq, columns.ack, columns.flags],
    columns.window,
  ].map((cells) => cells[0] ?? Number.NaN);
}

describe('a decoder looks at its frame only', () => {
  const linkType = fc.constantFrom(...Object.values(LINKTYPE), 147);
  const frame = fc.uint8Array({ maxLength: 120 });

  test('whatever the bytes, what stands around them changes nothing', () => {
    fc.assert(
      fc.property(linkType, frame, fc.nat(3000), (type, bytes, wireLen) => {
        const sample = { linkType: type, wireLen, frame: bytes };
        const first = decoded(sample, 0, 0);
        expect(decoded(sample, 17, 255)).toEqual(first);
        const [, problem = 0, problemAt = 0] = first;
        expect(problemText(problem).text).not.toBe('');
        expect(problemAt).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  test('real frames with damaged headers', () => {
    if (samples.length === 0) return;
    const next = random(5);
    for (let run = 0; run < 5000; run++) {
      const sample = mutated(samples[Math.floor(next() * samples.length)]!, next);
      const first = decoded(sample, 0, 0);
      expect(decoded(sample, 3, 255)).toEqual(first);
      const payloadAt = first[7]!;
      expect(payloadAt).toBeLessThanOrEqual(Math.max(sample.wireLen, sample.frame.length) + 255 * 8);
    }
  });
});

// Relative SACK edges depend on what tshark knew of the stream by then; raw IP of less
// than 8 bytes is not looked at by tshark at all.
const NOT_COMPARED = [
  'tcp.options.sack_le',
  'tcp.options.sack_re',
  // Whether there is one follows from tcp.ack, which in random damage is shown by what the stream was before.
  'tcp.options.sack.dsack',
  'tcp.options.sack.dsack_le',
  'tcp.options.sack.dsack_re',
  // "Keys of MPTCP behind data" in docs/tshark.md: damage makes handshakes of segments behind data.
  'tcp.options.mptcp.recvkey',
];

// Fields that are worked out from the conversation, whose history in random damage tshark reads in an order of its own,
// and those whose damaged forms it shows by rules of theirs (IPv6's options even behind an IPv4 header whose protocol is 0);
// the captures of the other test compare them all.
const IN_WHOLE_FRAMES_ONLY =
  /^frame\.(time|time_relative|protocols)$|^(tcp|udp)\.(time_|payload)|^tcp\.(completeness|options|window_size|window_size_scalefactor|ack|seq|nxtseq)$|^(eth|null)\.|^ip\.(dsfield|opt\.)|^ipv6\.(hopopts|opt\.)|^udp\.checksum(\.status)?$/;

// An IP header within another, or with the other's version; what no network carries (swIPe; a fragment header of IPv6 behind
// IPv4); Linux's number for IPv6 in front of a BSD loopback header, which tshark does not know.
const NOT_DECODED = /:ip:(ip|ipv6)(:|$)|:ipv6:ip(:|$)|:swipe|:ip:ipv6\.fraghdr|^null:data$/;

describe.skipIf(!hasProgram('tshark') || samples.length === 0)(
  'damaged headers, field by field as tshark reads them',
  () => {
    const next = random(Number(process.env.SOCKSCOPE_SEED ?? 1));
    const byType = new Map<number, Sample[]>();
    for (let count = 0; count < 3000 && samples.length > 0; count++) {
      const sample = mutated(samples[Math.floor(next() * samples.length)]!, next);
      if (sample.frame.length < 30) continue;
      byType.set(sample.linkType, [...(byType.get(sample.linkType) ?? []), sample]);
    }
    test.each([...byType].map(([type, list]) => ({ type, list })))(
      'link type $type',
      async ({ type, list }) => {
        const path = join(directory, `${type}.pcap`);
        writeFileSync(path, pcapOf(type, list));
        const fields = [
          ...FIELD_NAMES.filter(
            (name) =>
              !NOT_COMPARED.includes(name) &&
              fieldInfo(name)?.type !== 'protocol' &&
              !IN_WHOLE_FRAMES_ONLY.test(name),
          ),
          'frame.protocols',
        ];
        const truth = tsharkFields(path, fields);
        const capture = await openCapture(path);
        expect(truth.length).toBe(list.length);
        const differences: string[] = [];
        truth.forEach((row, index) => {
          if (NOT_DECODED.test(row.at(-1) ?? '')) return;
          fields.slice(0, -1).forEach((field, cell) => {
            const ours = fieldText(capture, index, field);
            if (ours !== row[cell])
              differences.push(`frame ${index + 1} ${field}: tshark ${row[cell]}, we ${ours}`);
          });
        });
        capture.close();
        expect(differences).toEqual([]);
      },
    );
  },
);

describe('what the columns hold', () => {
  const ends = { from: '10.0.0.1', to: '10.0.0.2', sport: 4000, dport: 80 };
  const one = (frame: Uint8Array, wireLen = frame.length): number[] =>
    cellsOf(readBytes(pcapOf(101, [{ linkType: 101, wireLen, frame }])))[0]!;

  test('a TCP segment, cut by the snaplen', () => {
    const segment = tcp(ends, { seq: 0xffff_ffff, ack: 5, flags: 0x118, data: 100 });
    const capture = readBytes(
      pcapOf(101, [{ linkType: 101, wireLen: segment.length, frame: segment.subarray(0, 50) }]),
    );
    const { columns } = capture;
    expect([columns.seq[0], columns.ack[0], columns.flags[0], columns.window[0]]).toEqual([
      0xffff_ffff, 5, 0x118, 1000,
    ]);
    expect([
      columns.networkAt[0],
      columns.transportAt[0],
      columns.payloadAt[0],
      columns.payloadLen[0],
    ]).toEqual([0, 20, 40, 100]);
    expect([columns.protocol[0], columns.problem[0]]).toEqual([PROTOCOL.tcp, PROBLEM.none]);
  });

  test('total length 0 means the whole frame: segmentation offload', () => {
    const segment = tcp(ends, { seq: 1, flags: 0x10, data: 30 });
    segment.fill(0, 2, 4);
    expect(
      readBytes(pcapOf(101, [{ linkType: 101, wireLen: segment.length, frame: segment }])).columns
        .payloadLen[0],
    ).toBe(30);
  });

  test('Ethernet padding is no payload', () => {
    const frame = Buffer.concat([
      new Uint8Array(12),
      Uint8Array.of(8, 0),
      tcp(ends, { seq: 1, flags: 0x10 }),
      new Uint8Array(6),
    ]);
    expect(readBytes(pcapOf(1, [{ linkType: 1, wireLen: frame.length, frame }])).columns.payloadLen[0]).toBe(
      0,
    );
  });

  test('a link type that is not decoded keeps its row', () => {
    expect(one(tcp(ends, { seq: 1, flags: 2 })).length).toBeGreaterThan(0);
    const { columns } = readBytes(
      pcapOf(105, [{ linkType: 105, wireLen: 3, frame: Uint8Array.of(1, 2, 3) }]),
    );
    expect([columns.length, columns.problem[0], columns.flow[0]]).toEqual([1, PROBLEM.linkTypeUnknown, -1]);
  });
});

describe('TCP options', () => {
  const read = (...bytes: number[]) => tcpOptions(Uint8Array.from(bytes), 0, bytes.length);

  test('of a Linux SYN', () => {
    expect(read(2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 1, 3, 3, 7)).toEqual([
      { kind: 'mss', mss: 1460 },
      { kind: 'sack-permitted' },
      { kind: 'timestamps', value: 7, echo: 9 },
      { kind: 'window-scale', shift: 7 },
    ]);
  });

  test.each([
    {
      name: 'two SACK blocks',
      bytes: [1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 255, 255, 255, 255],
      want: [
        {
          kind: 'sack',
          blocks: [
            [1, 2],
            [3, 0xffff_ffff],
          ],
        },
      ],
    },
    {
      name: 'one that is not known',
      bytes: [30, 3, 0],
      want: [{ kind: 'other', number: 30, at: 0, length: 3 }],
    },
    {
      name: 'a length that cannot be of its kind',
      bytes: [2, 3, 0],
      want: [{ kind: 'other', number: 2, at: 0, length: 3 }],
    },
    { name: 'nothing behind the end', bytes: [0, 2, 4, 5, 180], want: [] },
    { name: 'a length beyond the header', bytes: [4, 2, 2, 40, 5, 180], want: [{ kind: 'sack-permitted' }] },
    { name: 'a length of 0', bytes: [4, 2, 2, 0, 5, 180], want: [{ kind: 'sack-permitted' }] },
  ])('$name', ({ bytes, want }) => expect(read(...bytes)).toEqual(want));
});
