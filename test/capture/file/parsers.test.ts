import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Capture } from '../../../capture/capture.ts';
import { MAX_BLOCK } from '../../../capture/file/pcapng-blocks.ts';
import { PcapngWriter } from '../../../capture/file/pcapng-writer.ts';
import { UserError } from '../../../capture/user-error.ts';
import { random } from '../../bench/generate.ts';
import { corpus } from '../../fuzz/corpus.ts';
import { sharedCaptures } from '../../shared.ts';
import { cellsOf, readBytes } from '../memory.ts';

const files = [
  ...(await corpus()).filter(({ own }) => own),
  ...[...sharedCaptures('captures'), ...sharedCaptures('golden')].map((path) => ({
    name: basename(path),
    bytes: readFileSync(path),
  })),
];

/** What the bytes give: rows and problems, or the message of the UserError; anything else that is thrown fails the test. */
function outcome(
  bytes: Uint8Array,
  chunks?: readonly number[],
): { capture: Capture | null; message: string } {
  try {
    return { capture: readBytes(bytes, chunks), message: '' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { capture: null, message: error.message };
  }
}

describe('a file in whatever chunks', () => {
  test.each(files)('$name', ({ bytes }) => {
    const whole = outcome(bytes);
    const next = random(7);
    for (const chunks of [[1], [7, 13], Array.from({ length: 500 }, () => 1 + Math.floor(next() * 3000))]) {
      if (chunks[0] === 1 && bytes.length > 40_000) continue; // a byte at a time: small files show it as well
      const other = outcome(bytes, chunks);
      expect(other.message).toBe(whole.message);
      if (whole.capture === null || other.capture === null) continue;
      expect(cellsOf(other.capture)).toEqual(cellsOf(whole.capture));
      expect(other.capture.problems).toEqual(whole.capture.problems);
      expect(other.capture.otherBlocks.length).toBe(whole.capture.otherBlocks.length);
    }
  });
});

/** Small files are cut at every byte, larger ones at this many places chosen by a seed. */
const CUTS = 120;

describe('a file that ends anywhere gives the packets that are whole, and says that it is cut', () => {
  test.each(files)('$name', ({ bytes }) => {
    const { capture } = outcome(bytes);
    const rows = capture === null ? [] : cellsOf(capture);
    const next = random(11);
    const cuts =
      bytes.length <= 1500
        ? [...bytes.keys()]
        : Array.from({ length: CUTS }, () => Math.floor(next() * bytes.length));
    for (const cut of cuts) {
      const part = outcome(bytes.subarray(0, cut)).capture;
      if (part === null) continue;
      const { length } = part.columns;
      const { fileOffset, capLen } = part.columns;
      if (length > 0) expect(fileOffset[length - 1]! + capLen[length - 1]!).toBeLessThanOrEqual(cut);
      // Cells that a later packet changes (the flow of an early fragment) are not yet what they will be.
      expect(cellsOf(part).map((row) => row.slice(0, 6))).toEqual(
        rows.slice(0, length).map((row) => row.slice(0, 6)),
      );
      if (part.problems.length === 0) continue;
      expect(part.problems.at(-1)?.offset).toBeLessThanOrEqual(cut);
    }
  });
});

describe('damaged files', () => {
  test('any byte set to 0, 255 or flipped: never more than a UserError', () => {
    const next = random(23);
    const small = files.map(({ bytes }) => bytes).filter(({ length }) => length < 4000);
    for (let run = 0; run < 3000; run++) {
      const bytes = Uint8Array.from(small[Math.floor(next() * small.length)]!);
      const at = Math.floor(next() * Math.min(bytes.length, 400));
      bytes[at] = [0, 255, bytes[at]! ^ 0x80, bytes[at]! ^ 1][Math.floor(next() * 4)]!;
      const { capture } = outcome(bytes);
      if (capture === null) continue;
      for (let row = 0; row < capture.columns.length; row++) {
        const { fileOffset, capLen } = capture.columns;
        expect(fileOffset[row]! + capLen[row]!).toBeLessThanOrEqual(bytes.length);
      }
    }
  });

  test('reading goes on after packet blocks that cannot be, and says what it left out', () => {
    const file = pcapng((writer) => {
      writer.addInterface({ name: 'lo', linkType: 101, snaplen: 0, filter: null });
      writer.packet(0, 1, 0, 4, Uint8Array.of(1, 2, 3, 4));
      writer.raw(6, blockBody(0, 1000)); // more bytes than the block has
      writer.raw(6, blockBody(9, 4)); // an interface that is not described
      writer.raw(6, new Uint8Array(4)); // too short
      writer.packet(0, 2, 0, 4, Uint8Array.of(5, 6, 7, 8));
    });
    const capture = readBytes(file);
    expect([...capture.columns.sec.subarray(0, capture.columns.length)]).toEqual([1, 2]);
    expect(capture.problems.map(({ message }) => message)).toEqual([
      'a packet block was skipped: it claims 1000 captured bytes, which do not fit into it',
      'a packet block was skipped: it names interface 9, which the file has not described',
      'a packet block was skipped: it is too short for its header',
    ]);
  });

  test('a block too large to hold is skipped without being held', () => {
    const before = pcapng((writer) =>
      writer.addInterface({ name: null, linkType: 101, snaplen: 0, filter: null }),
    );
    const huge = Buffer.alloc(MAX_BLOCK + 4096);
    huge.writeUInt32LE(0x1234, 0);
    huge.writeUInt32LE(huge.length, 4);
    huge.writeUInt32LE(huge.length, huge.length - 4);
    const packet = pcapng((writer) => writer.packet(0, 5, 0, 4, Uint8Array.of(1, 2, 3, 4)));
    const afterHeader = packet.subarray(sectionLength(packet));
    const capture = readBytes(Buffer.concat([before, huge, afterHeader]), [100_000]);
    expect([...capture.columns.sec.subarray(0, capture.columns.length)]).toEqual([5]);
    expect(capture.problems).toHaveLength(1);
    expect(capture.problems[0]?.message).toContain('0x00001234');
  });
});

function pcapng(write: (writer: PcapngWriter) => void): Uint8Array {
  const parts: Uint8Array[] = [];
  write(new PcapngWriter({ write: (bytes) => parts.push(bytes) }, { application: 'test' }));
  return Buffer.concat(parts);
}

function sectionLength(file: Uint8Array): number {
  return new DataView(file.buffer, file.byteOffset).getUint32(4, true);
}

/** The body of an Enhanced Packet Block with four bytes of data that claims `capLen`. */
function blockBody(iface: number, capLen: number): Uint8Array {
  const body = new Uint8Array(24);
  const view = new DataView(body.buffer);
  view.setUint32(0, iface, true);
  view.setUint32(12, capLen, true);
  return body;
}
