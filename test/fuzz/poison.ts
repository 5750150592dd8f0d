import type { Capture } from '../../capture/capture.ts';
import type { Columns } from '../../capture/columns.ts';
import type { FieldValue } from '../../capture/fields/field.ts';
import { PacketReader } from '../../capture/fields/reader.ts';
import { PACKET_FIELDS } from '../../capture/fields/registry.ts';
import { valueText } from '../../capture/fields/text.ts';
import { CaptureBuilder } from '../../capture/file/builder.ts';
import { CaptureReader } from '../../capture/file/capture-reader.ts';
import { FrameSource } from '../../capture/file/frame-source.ts';
import { UserError } from '../../capture/user-error.ts';
import { CELLS } from '../capture/memory.ts';

const MARGIN = 96;
const POISON = [0xaa, 0x45] as const;
const NO_FILE = -1;
/** Frames whose fields are all read: the others have the same kinds of headers. */
const FIELDS_OF = 2;

/** Feeding the file in odd pieces must give what reading it at once gave: no parser looks beyond its record. */
export function compareChunked(bytes: Buffer, capture: Capture): void {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return;
  const reader = new CaptureReader('fuzz', new FrameSource(NO_FILE));
  // Sizes that fall into headers, between them and behind them.
  const sizes = [5, 19, 1, 33, 64, 7, 200, 3, 1000];
  try {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1;
      reader.feed(bytes.subarray(at, at + size));
      at += size;
    }
    reader.end();
  } catch (error) {
    if (error instanceof UserError) throw new Error(`refused in pieces, read at once: ${error.message}`);
    throw error;
  }
  sameCells('in pieces', reader.capture.columns, capture.columns);
  same('problems in pieces', reader.capture.problems.map(problemText), capture.problems.map(problemText));
}

/** Decodes every frame among two kinds of poison: what stands around a record must not matter. */
export function comparePoisoned(bytes: Buffer, capture: Capture): void {
  const first = poisoned(capture, POISON[0]);
  sameCells(`of ${bytes.length} bytes among poison`, first, poisoned(capture, POISON[1]));
  const rows = Math.min(capture.columns.length, FIELDS_OF);
  const reader = new PacketReader(capture);
  if (rows > 0)
    same('fields among poison', fieldsOf(reader, rows, POISON[0]), fieldsOf(reader, rows, POISON[1]));
}

function poisoned(capture: Capture, poison: number): Columns {
  const builder = new CaptureBuilder('pcap', new FrameSource(NO_FILE));
  for (const each of capture.interfaces) builder.addInterface({ ...each, littleEndian: true });
  const { columns } = capture;
  let around = Buffer.alloc(0);
  for (let row = 0; row < columns.length; row++) {
    const frame = capture.frame(row);
    const size = frame.length + 2 * MARGIN;
    if (around.length < size) around = Buffer.alloc(size);
    around.fill(poison, 0, MARGIN);
    around.set(frame, MARGIN);
    around.fill(poison, MARGIN + frame.length, size);
    const iface = columns.iface[row] ?? 0;
    builder.packet(frame.length, columns.wireLen[row] ?? 0, row, 0, iface, MARGIN);
    builder.decode(around, 0);
  }
  return builder.columns;
}

function fieldsOf(reader: PacketReader, rows: number, poison: number): string[] {
  // Opened anew: a frame that is open already would not be copied.
  reader.row = -1;
  const texts: string[] = [];
  const values: FieldValue[] = [];
  for (let row = 0; row < rows; row++) {
    reader.bytes.fill(poison);
    reader.open(row);
    for (const [name, fields] of PACKET_FIELDS) {
      values.length = 0;
      reader.values(fields, values);
      const [info] = fields;
      if (info !== undefined && values.length > 0)
        texts.push(`${row} ${name} ${values.map((value) => valueText(info, value)).join(',')}`);
    }
  }
  return texts;
}

function problemText({ message, offset }: Capture['problems'][number]): string {
  return `${message} at ${offset}`;
}

function sameCells(what: string, got: Columns, wanted: Columns): void {
  if (got.length !== wanted.length)
    throw new Error(`rows ${what} differ: ${got.length} and ${wanted.length}`);
  for (const name of CELLS) {
    const [a, b] = [got[name], wanted[name]];
    for (let row = 0; row < got.length; row++)
      if (a[row] !== b[row])
        throw new Error(`cells ${what} differ: ${name} of row ${row} is ${a[row]} and ${b[row]}`);
  }
}

function same(what: string, got: readonly string[], wanted: readonly string[]): void {
  for (let index = 0; index < Math.max(got.length, wanted.length); index++)
    if (got[index] !== wanted[index])
      throw new Error(`${what} differ: ${JSON.stringify(got[index])} and ${JSON.stringify(wanted[index])}`);
}
