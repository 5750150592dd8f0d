import type { FieldInfo, FieldValue } from '../../capture/fields/field.ts';
import { isPlain, type PlainWriter, plainWriter } from '../../capture/fields/plain.ts';
import { PacketReader } from '../../capture/fields/reader.ts';
import { PACKET_FIELDS } from '../../capture/fields/registry.ts';
import { valueText } from '../../capture/fields/text.ts';
import { TextBuffer } from '../../capture/fields/text-buffer.ts';
import type { Layout, PacketsOptions } from '../cli/packets-options.ts';
import type { Subject } from '../filter/subject.ts';
import { type ReadValues, RowReader } from '../filter/values.ts';

interface Column {
  readonly info: FieldInfo;
  readonly read: ReadValues;
  /** How its text is written for plain rows; null: by way of its values. */
  readonly plain: PlainWriter | null;
}

/** How far the printing is: the next row, how many packets were printed, and whether the header was. */
export interface Place {
  row: number;
  printed: number;
  isBegun: boolean;
  /** The row that was printed last, -1 before the first. */
  latest: number;
}

/** Bytes that are written at once. */
const PIECE = 1 << 16;
const NEWLINE = 0x0a;
const NO_BYTES = new Uint8Array(0);

/** The lines of the rows from `place` on, in pieces of some size. */
export function* packetLines(
  subject: Subject,
  infos: readonly FieldInfo[],
  { count, json, layout }: PacketsOptions,
  passes: (row: number) => boolean,
  place: Place,
): Generator<Uint8Array> {
  const { capture } = subject;
  const reader = new RowReader(subject);
  const columns = columnsOf(subject, infos, reader);
  const frameOf = frameReader(subject, columns);
  const out = new TextBuffer(PIECE * 2);
  if (layout.header && !json && !place.isBegun)
    out.text(`${infos.map(({ name }) => name).join(layout.separator)}\n`);
  place.isBegun = true;
  const rows = capture.columns.length;
  const most = count ?? Number.POSITIVE_INFINITY;
  for (; place.row < rows && place.printed < most; place.row++) {
    const { row } = place;
    if (!passes(row)) continue;
    place.printed++;
    reader.showsAfter(place.latest);
    place.latest = row;
    if (json) out.text(jsonLine(columns, row));
    else if (isPlain(capture, row)) plainLine(columns, row, frameOf(row), layout, out);
    else out.text(textLine(columns, row, layout));
    out.byte(NEWLINE);
    if (out.length >= PIECE) yield out.take();
  }
  if (out.length > 0) yield out.take();
}

/** How plain rows get at their bytes: a copy where another column of the line may read elsewhere in the file meanwhile. */
function frameReader({ capture }: Subject, columns: readonly Column[]): (row: number) => Uint8Array {
  if (!columns.some(({ plain }) => plain?.needsFrame === true)) return () => NO_BYTES;
  if (columns.every(({ plain }) => plain !== null)) return (row) => capture.frame(row);
  const reader = new PacketReader(capture);
  return (row) => reader.open(row).bytes;
}

function columnsOf(subject: Subject, infos: readonly FieldInfo[], reader: RowReader): readonly Column[] {
  return infos.map((info) => {
    const operand = { field: info, layer: null, slices: [], mask: null, change: null, from: 0, to: 0 };
    const plain = plainWriter(subject.capture, PACKET_FIELDS.get(info.name) ?? []);
    return { info, read: reader.reader(operand), plain };
  });
}

/** A line of a row whose headers are known by the columns; most fields are written without becoming strings. */
function plainLine(
  columns: readonly Column[],
  row: number,
  frame: Uint8Array,
  layout: Layout,
  out: TextBuffer,
): void {
  const { separator, quote } = layout;
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index];
    if (column === undefined) continue;
    if (index > 0) out.text(separator);
    if (column.plain === null) {
      out.text(cellText(column, row, layout));
      continue;
    }
    if (quote !== '') out.text(quote);
    const before = out.length;
    column.plain.write(row, frame, out);
    if (quote === '') continue;
    if (out.length === before) out.length -= quote.length;
    else out.text(quote);
  }
}

const values: FieldValue[] = [];

function textLine(columns: readonly Column[], row: number, layout: Layout): string {
  return columns.map((column) => cellText(column, row, layout)).join(layout.separator);
}

function cellText({ info, read }: Column, row: number, { aggregator, quote, occurrence }: Layout): string {
  values.length = 0;
  read('packet', row, values);
  const text = textOf(info, occurrence, aggregator);
  return text === '' || quote === '' ? text : `${quote}${text}${quote}`;
}

function textOf(info: FieldInfo, occurrence: Layout['occurrence'], aggregator: string): string {
  const first = occurrence === 'last' ? values.length - 1 : 0;
  const end = occurrence === 'first' ? Math.min(1, values.length) : values.length;
  let text = '';
  for (let index = Math.max(0, first); index < end; index++) {
    const value = values[index];
    if (value === undefined) continue;
    if (index > first) text += aggregator;
    text += typeof value === 'string' ? escaped(value) : valueText(info, value);
  }
  return text;
}

/** Text of a file may hold anything: a control character would end the line or reach the terminal. */
function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => {
    const known = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
    return known ?? `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/** As in the JSON of a time line: a number where its text is exactly Wireshark's. */
function jsonLine(columns: readonly Column[], row: number): string {
  const object: Record<string, string | number> = {};
  for (const { info, read } of columns) {
    values.length = 0;
    read('packet', row, values);
    const text = values
      .map((value) => (typeof value === 'string' ? value : valueText(info, value)))
      .join(',');
    if (text === '') continue;
    const isNumber = /^(0|[1-9]\d{0,14})$/.test(text) && info.type !== 'string' && info.type !== 'bytes';
    object[info.name] = isNumber ? Number(text) : text;
  }
  return JSON.stringify({ schema: 1, type: 'packet', ...object });
}
