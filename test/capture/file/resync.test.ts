import { describe, expect, test } from 'vitest';
import type { Capture } from '../../../capture/capture.ts';
import { PcapngWriter } from '../../../capture/file/pcapng-writer.ts';
import { UserError } from '../../../capture/user-error.ts';
import { readBytes } from '../memory.ts';

const SECTION = 0x0a0d0d0a;

/** A section, two interfaces (raw IP and Ethernet), and packets of the seconds 1 to 5; with each block's place. */
function file(data = 4): { bytes: Buffer; at: number[] } {
  const parts: Uint8Array[] = [];
  const writer = new PcapngWriter({ write: (bytes) => parts.push(bytes) }, { application: 'test' });
  writer.addInterface({ name: 'raw', linkType: 101, snaplen: 0, filter: null });
  writer.addInterface({ name: 'eth', linkType: 1, snaplen: 0, filter: null });
  for (let second = 1; second <= 5; second++) writer.packet(0, second, 0, data, new Uint8Array(data));
  const at: number[] = [];
  let sum = 0;
  for (const part of parts) {
    at.push(sum);
    sum += part.length;
  }
  return { bytes: Buffer.concat(parts), at };
}

const seconds = ({ columns }: Capture): number[] => [...columns.sec.subarray(0, columns.length)];
const said = ({ problems }: Capture): string[] =>
  problems.map(({ message, offset }) => `${offset}: ${message}`);

/** Blocks of 36 bytes with packets; the first packet is block 3. */
const PACKET_SIZE = 36;

describe('after a damaged block reading goes on with the next that can be read', () => {
  test.each([
    { name: 'a length of 0', offset: 4, value: 0, says: 'a block of 0 bytes, which no block can have' },
    { name: 'a length of 37', offset: 4, value: 37, says: 'a block of 37 bytes, which no block can have' },
    {
      name: 'a length that ends in the next block',
      offset: 4,
      value: PACKET_SIZE + 4,
      says: `a block that gives its length as ${PACKET_SIZE + 4} bytes and then as 6`,
    },
    {
      name: 'a second length that differs',
      offset: PACKET_SIZE - 4,
      value: 77,
      says: `a block that gives its length as ${PACKET_SIZE} bytes and then as 77`,
    },
    {
      name: 'a length beyond the file',
      offset: 4,
      value: 0x10_0000,
      says: 'a block that claims 1048576 bytes, more than the file has',
    },
    {
      name: 'a length beyond all blocks',
      offset: 4,
      value: 0x8000_0000,
      says: 'a block of type 0x00000006 that claims 2147483648 bytes',
    },
  ])('$name', ({ offset, value, says }) => {
    const { bytes, at } = file();
    const damaged = at[4]!; // the packet of second 2
    bytes.writeUInt32LE(value, damaged + offset);
    for (const chunks of [[bytes.length], [1], [50, 7]]) {
      const capture = readBytes(bytes, chunks);
      expect(seconds(capture)).toEqual([1, 3, 4, 5]);
      expect(said(capture)).toEqual([
        `${damaged}: ${says}; ${PACKET_SIZE} bytes were skipped, up to the next block that can be read`,
      ]);
    }
  });

  test('bytes put between two blocks', () => {
    const { bytes, at } = file();
    const torn = Buffer.concat([bytes.subarray(0, at[5]), Buffer.alloc(13, 0xee), bytes.subarray(at[5])]);
    const capture = readBytes(torn);
    expect(seconds(capture)).toEqual([1, 2, 3, 4, 5]);
    expect(capture.problems[0]?.offset).toBe(at[5]);
    expect(capture.problems[0]?.message).toContain('13 bytes were skipped');
  });

  test('an interface whose description is damaged keeps its number', () => {
    const { bytes, at } = file();
    bytes.writeUInt32LE(7, at[1]! + 4);
    const capture = readBytes(bytes);
    // Packets of interface 0 are not taken for Ethernet, which interface 1 is.
    expect(capture.columns.length).toBe(0);
    expect(capture.interfaces.map(({ name }) => name)).toEqual(['eth']);
    expect(capture.problems.at(-1)?.message).toContain('names interface 0, which the file has not described');
  });

  test('a section of a version that is not known is left out, up to the next section', () => {
    const first = file();
    const second = file();
    first.bytes.writeUInt16LE(9, 12);
    const capture = readBytes(Buffer.concat([first.bytes, second.bytes]));
    expect(seconds(capture)).toEqual([1, 2, 3, 4, 5]);
    expect(said(capture)).toEqual([
      `0: a section of pcapng version 9.0, only 1.x is known; ${first.bytes.length} bytes were skipped, up to the next block that can be read`,
    ]);
  });

  test('the next section may have the other byte order', () => {
    const { bytes, at } = file();
    bytes.writeUInt32LE(0, at[7]! + 4); // the last packet
    const header = Buffer.alloc(28);
    header.writeUInt32BE(SECTION, 0);
    header.writeUInt32BE(28, 4);
    header.writeUInt32BE(0x1a2b3c4d, 8);
    header.writeUInt16BE(1, 12);
    header.writeUInt32BE(28, 24);
    const capture = readBytes(Buffer.concat([bytes, header]));
    expect(seconds(capture)).toEqual([1, 2, 3, 4]);
    expect(capture.problems).toHaveLength(1);
    expect(capture.problems[0]?.message).toContain(`${PACKET_SIZE} bytes were skipped`);
    expect(capture.otherBlocks.length).toBe(4); // two sections, two interfaces
  });
});

describe('a file that just ends is not searched for blocks', () => {
  test('the data of a cut packet may look like blocks', () => {
    const inner = file().bytes;
    const parts: Uint8Array[] = [];
    const writer = new PcapngWriter({ write: (bytes) => parts.push(bytes) }, { application: 'test' });
    writer.addInterface({ name: 'lo', linkType: 101, snaplen: 0, filter: null });
    writer.packet(0, 9, 0, inner.length, inner);
    const bytes = Buffer.concat(parts);
    const capture = readBytes(bytes.subarray(0, bytes.length - 8));
    expect(capture.columns.length).toBe(0);
    expect(capture.problems[0]?.message).toContain('ends inside a block: at least 8 more bytes');
  });

  test('nothing readable at all is a UserError that says why', () => {
    const { bytes } = file();
    bytes.writeUInt16LE(9, 12);
    expect(() => readBytes(bytes)).toThrow(UserError);
    expect(() => readBytes(bytes)).toThrow(/version 9\.0, only 1\.x is known.*nothing more can be read/);
  });
});

test('a file full of words that might be blocks is read in a time that grows with its size only', () => {
  const { bytes, at } = file();
  const words = Buffer.alloc(8 * 1024 * 1024);
  for (let place = 0; place + 8 <= words.length; place += 8) {
    words.writeUInt32LE(9, place);
    words.writeUInt32LE(0x7_ff00, place + 4); // each claims to go on for half a megabyte
  }
  words.writeUInt32LE(3, 4);
  const started = process.cpuUsage();
  const capture = readBytes(Buffer.concat([bytes, words, bytes.subarray(at[3])]), [65_536]);
  const { user } = process.cpuUsage(started);
  expect(seconds(capture)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  expect(user / 1e6).toBeLessThan(5);
});
