import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Capture } from '../../../capture/capture.ts';
import { have } from '../../support/tools.ts';
import { cellsOf, readBytes } from '../memory.ts';

const directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const MICRO = 0xa1b2c3d4;
const PATCHED = 0xa1b2cd34;

interface Variant {
  readonly magic?: number;
  readonly little?: boolean;
  readonly version?: readonly [number, number];
  readonly linkType?: number;
  /** Bytes between the usual record header and the frame. */
  readonly extra?: number;
  readonly fraction?: number;
  readonly frames?: readonly Uint8Array[];
}

/** An Ethernet frame with IPv4, of `size` bytes. */
function ethernet(size: number): Buffer {
  const frame = Buffer.alloc(size, 0x61);
  frame.set(Buffer.from('020000000002' + '020000000001' + '0800' + '45', 'hex'));
  return frame;
}

const FRAMES = [ethernet(60), ethernet(77), ethernet(64)];

/** A pcap file by hand: packets of the seconds 1700000000, …1, …2. */
function pcap({
  magic = MICRO,
  little = true,
  version = [2, 4],
  linkType = 1,
  extra = 0,
  fraction = 5,
  frames = FRAMES,
}: Variant): Buffer {
  const words = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries())
      little ? bytes.writeUInt32LE(value, index * 4) : bytes.writeUInt32BE(value, index * 4);
    return bytes;
  };
  const [major, minor] = version;
  const parts: Uint8Array[] = [
    words(magic, little ? major | (minor << 16) : (major << 16) | minor, 0, 0, 65_535, linkType),
  ];
  for (const [index, frame] of frames.entries()) {
    parts.push(
      words(1_700_000_000 + index, fraction, frame.length, frame.length),
      Buffer.alloc(extra),
      frame,
    );
  }
  return Buffer.concat(parts);
}

const lengths = ({ columns }: Capture): number[] => [...columns.capLen.subarray(0, columns.length)];
const seconds = ({ columns }: Capture): number[] =>
  Array.from(columns.sec.subarray(0, columns.length), (sec) => sec - 1_700_000_000);
/** How far each frame stands behind the end of the usual record header. */
function gaps(capture: Capture): number[] {
  const { fileOffset, capLen, length } = capture.columns;
  let end = 24;
  return Array.from({ length }, (_, row) => {
    const gap = (fileOffset[row] ?? 0) - end - 16;
    end = (fileOffset[row] ?? 0) + (capLen[row] ?? 0);
    return gap;
  });
}

describe('records with longer headers', () => {
  const variants = [
    { name: 'Nokia', magic: MICRO, extra: 4 },
    { name: 'Red Hat 6.1', magic: MICRO, extra: 8 },
    { name: 'the Linux patch', magic: PATCHED, extra: 8 },
    { name: 'SuSE 6.3', magic: PATCHED, extra: 12 },
  ];
  const each = variants.flatMap((variant) => [
    { ...variant, little: true, count: 3 },
    { ...variant, little: false, count: 3 },
    { ...variant, little: true, count: 1 },
  ]);
  test.each(each)('$name, little-endian $little, $count packets', ({ magic, extra, little, count }) => {
    const frames = FRAMES.slice(0, count);
    const bytes = pcap({ magic, extra, little, frames });
    for (const chunks of [[bytes.length], [1], [100, 3]]) {
      const capture = readBytes(bytes, chunks);
      expect(capture.problems).toEqual([]);
      expect(lengths(capture)).toEqual(frames.map(({ length }) => length));
      expect(gaps(capture)).toEqual(frames.map(() => extra));
      expect(seconds(capture)).toEqual(frames.map((_, index) => index));
    }
  });

  test.skipIf(!have('editcap'))('as editcap writes them', () => {
    const plain = join(directory, 'plain.pcap');
    writeFileSync(plain, pcap({}));
    for (const [format, extra] of [
      ['nokiapcap', 4],
      ['rh6_1pcap', 8],
      ['suse6_3pcap', 12],
      ['modpcap', 8],
    ] as const) {
      const out = join(directory, format);
      expect(spawnSync('editcap', ['-F', format, plain, out]).status).toBe(0);
      const capture = readBytes(readFileSync(out));
      expect([format, lengths(capture), gaps(capture), capture.problems]).toEqual([
        format,
        [60, 77, 64],
        [extra, extra, extra],
        [],
      ]);
    }
  });

  describe('an ordinary file stays ordinary, whatever its first packet holds', () => {
    // An Ethernet type of its own, and where a longer header would end, an IPv4 frame.
    const disguised = (extra: number): Buffer => Buffer.concat([Buffer.alloc(extra), ethernet(60)]);
    const ends = [
      { name: 'three packets', rest: [FRAMES[1]!, FRAMES[2]!] },
      { name: 'one packet', rest: [] },
      { name: 'an empty packet behind it', rest: [Buffer.alloc(0), FRAMES[2]!] },
      { name: 'the same again', rest: 'same' as const },
    ];
    const cases = [4, 8, 12].flatMap((shift) =>
      ends.flatMap(({ name, rest }) => [
        { name, rest, shift, magic: MICRO, extra: 0 },
        { name, rest, shift, magic: PATCHED, extra: 8 },
      ]),
    );
    test.each(cases)('$shift bytes, $name, $extra extra', ({ rest, shift, magic, extra }) => {
      const first = disguised(shift);
      const frames = [first, ...(rest === 'same' ? [first, first] : rest)];
      const bytes = pcap({ magic, extra, frames });
      for (const chunks of [[bytes.length], [1]]) {
        const capture = readBytes(bytes, chunks);
        expect(lengths(capture)).toEqual(frames.map(({ length }) => length));
        expect(gaps(capture)).toEqual(frames.map(() => extra));
        expect(capture.problems).toEqual([]);
      }
    });

    test('nor is a damaged one taken for another', () => {
      const bytes = pcap({ frames: [disguised(4), ...FRAMES] });
      bytes.writeUInt32LE(0x7fff_ffff, 24 + 16 + 64 + 8);
      const capture = readBytes(bytes);
      expect(lengths(capture)).toEqual([64]);
      expect(capture.problems[0]?.message).toContain('packet 2 claims 2147483647 captured bytes');
    });
  });
});

describe('AIX: version 2.2, the interface type 6, nanoseconds', () => {
  test.each([true, false])('little-endian %s', (little) => {
    const capture = readBytes(pcap({ little, version: [2, 2], linkType: 6, fraction: 250_000_007 }));
    expect(capture.interfaces[0]).toMatchObject({ linkType: 1, ticksPerSecond: 1_000_000_000n });
    expect(capture.format).toBe('pcap-ns');
    expect([...capture.columns.nsec.subarray(0, 3)]).toEqual([250_000_007, 250_000_007, 250_000_007]);
    expect(seconds(capture)).toEqual([0, 1, 2]);
  });

  test.each([
    { name: 'another version', version: [2, 4] as const, linkType: 6 },
    { name: 'another link type', version: [2, 2] as const, linkType: 1 },
  ])('$name is not', ({ version, linkType }) => {
    const capture = readBytes(pcap({ version, linkType, fraction: 250_000 }));
    expect(capture.interfaces[0]).toMatchObject({ linkType, ticksPerSecond: 1_000_000n });
    expect(capture.columns.nsec[0]).toBe(250_000_000);
  });
});

describe('two files joined', () => {
  const first = pcap({});
  test.each([
    { name: 'pcap', variant: {} },
    { name: 'the Linux patch', variant: { magic: PATCHED, extra: 8 } },
    { name: 'big-endian', variant: { little: false } },
  ])('$name: both are read', ({ variant }) => {
    const one = pcap(variant);
    const bytes = Buffer.concat([one, one]);
    for (const chunks of [[bytes.length], [1], [one.length + 5, 7]]) {
      const capture = readBytes(bytes, chunks);
      expect(lengths(capture)).toEqual([60, 77, 64, 60, 77, 64]);
      expect(seconds(capture)).toEqual([0, 1, 2, 0, 1, 2]);
      expect(capture.interfaces).toHaveLength(1);
      expect(capture.problems).toEqual([
        { offset: one.length, message: expect.stringContaining('another capture file begins here') },
      ]);
      // The frames of the second stand as far behind its header as those of the first.
      expect(capture.columns.fileOffset[3]! - one.length).toBe(capture.columns.fileOffset[0]!);
    }
  });

  test.each([
    { name: 'link type', other: pcap({ linkType: 101 }) },
    { name: 'resolution', other: pcap({ magic: 0xa1b23c4d }) },
    { name: 'byte order', other: pcap({ little: false }) },
  ])('of another $name: reading ends there', ({ other }) => {
    const capture = readBytes(Buffer.concat([first, other]));
    expect(lengths(capture)).toEqual([60, 77, 64]);
    expect(capture.problems).toEqual([
      {
        offset: first.length,
        message: expect.stringMatching(/another capture file begins here.*reading ends/),
      },
    ]);
  });

  test('the header of the second is cut', () => {
    const capture = readBytes(Buffer.concat([first, first.subarray(0, 20)]));
    expect(lengths(capture).slice(0, 3)).toEqual([60, 77, 64]);
  });

  test('an empty packet is a packet', () => {
    const frames = [Buffer.alloc(0), FRAMES[0]!, Buffer.alloc(0)];
    for (const chunks of [[1000], [1]]) {
      const capture = readBytes(pcap({ frames }), chunks);
      expect(lengths(capture)).toEqual([0, 60, 0]);
      expect(capture.problems).toEqual([]);
      expect(cellsOf(capture)).toHaveLength(3);
    }
  });
});
