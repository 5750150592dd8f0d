import type { Capture } from '../../capture/capture.ts';
import { linkTypeName } from '../../capture/decode/link-type-names.ts';
import { PROBLEM } from '../../capture/decode/problems.ts';
import type { FieldInfo, FieldValue } from '../../capture/fields/field.ts';
import { isPlain, type PlainWriter, plainWriter } from '../../capture/fields/plain.ts';
import { PACKET_FIELDS } from '../../capture/fields/registry.ts';
import { valueText } from '../../capture/fields/text.ts';
import { TextBuffer } from '../../capture/fields/text-buffer.ts';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { Layout, PacketsOptions } from '../cli/packets-options.ts';
import { allFields, findField } from '../filter/catalog.ts';
import { compileFilter } from '../filter/filter.ts';
import { filterOption, needsTimeline } from '../filter/filter-option.ts';
import { ROW_FIELDS } from '../filter/row-fields.ts';
import type { Subject } from '../filter/subject.ts';
import { type ReadValues, RowReader } from '../filter/values.ts';
import { openSession } from '../session/read.ts';
import { buildTimeline } from '../timeline/timeline.ts';
import { printLines, write } from './terminal.ts';

interface Column {
  readonly info: FieldInfo;
  readonly read: ReadValues;
  /** How its text is written for plain rows; null: by way of its values. */
  readonly plain: PlainWriter | null;
}

/** Bytes that are written at once. */
const PIECE = 1 << 16;
const NEWLINE = 0x0a;
const NO_BYTES = new Uint8Array(0);

/** `sockscope packets`: fields of packets, one packet a line, as `tshark -T fields` prints them. */
export async function packetsCommand(options: PacketsOptions): Promise<ExitCode> {
  if (options.list) {
    await printLines(fieldList(options));
    return EXIT.done;
  }
  const infos = options.fields.map(fieldOption);
  const filter = filterOption(options.filter);
  if (options.file === null || infos.length === 0) throw nothingToPrint(options.file);
  for (const { message } of filter.hints) process.stderr.write(`sockscope: ${message}\n`);
  const session = await openSession(options.file);
  const { capture } = session;
  try {
    const wantsTimeline = needsTimeline(filter.node) || infos.some(({ name }) => ROW_FIELDS.has(name));
    const subject: Subject = { capture, timeline: wantsTimeline ? buildTimeline(session) : null };
    const passes = compileFilter(filter, subject);
    await printRows(subject, infos, options, passes.packet);
    for (const { message, offset } of capture.problems) {
      process.stderr.write(`sockscope: ${options.file}: ${message} (at byte ${offset})\n`);
    }
    for (const line of undecoded(capture)) process.stderr.write(`sockscope: ${options.file}: ${line}\n`);
    return capture.problems.length > 0 ? EXIT.damaged : EXIT.done;
  } finally {
    capture.close();
  }
}

function nothingToPrint(file: string | null): UserError {
  return new UserError(file === null ? 'no capture was named' : 'no field to print was named', {
    hint: 'sockscope packets FILE -e frame.number -e ip.src; `sockscope packets --fields` lists the fields',
    exitCode: EXIT.usage,
  });
}

function fieldOption(name: string): FieldInfo {
  const info = findField(name);
  if (info !== undefined) return info;
  const last = name.split('.').at(-1) ?? name;
  const alike = allFields()
    .filter((field) => field.name.includes(last))
    .slice(0, 5);
  const names = alike.map((field) => field.name).join(', ');
  throw new UserError(`${name} is no field`, {
    hint: names === '' ? '`sockscope packets --fields` lists the fields' : `did you mean ${names}?`,
    exitCode: EXIT.usage,
  });
}

function* fieldList({ json, fields }: PacketsOptions): Generator<string> {
  for (const { name, type, about } of allFields()) {
    if (fields.length > 0 && !fields.some((part) => name.includes(part))) continue;
    yield json
      ? JSON.stringify({ schema: 1, type: 'field', name, values: type, about })
      : `${name}\t${type}\t${about}`;
  }
}

/** Writes the lines to standard output, in pieces of some size. */
async function printRows(
  subject: Subject,
  infos: readonly FieldInfo[],
  { count, json, layout }: PacketsOptions,
  passes: (row: number) => boolean,
): Promise<void> {
  const { capture } = subject;
  const reader = new RowReader(subject);
  const columns = infos.map((info): Column => {
    const operand = { field: info, layer: null, slices: [], mask: null, change: null, from: 0, to: 0 };
    const plain = plainWriter(capture, PACKET_FIELDS.get(info.name) ?? []);
    return { info, read: reader.reader(operand), plain };
  });
  const needsFrame = columns.some(({ plain }) => plain?.needsFrame === true);
  const out = new TextBuffer(PIECE * 2);
  if (layout.header && !json) out.text(`${infos.map(({ name }) => name).join(layout.separator)}\n`);
  const rows = capture.columns.length;
  let left = count ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row < rows && left > 0; row++) {
    if (!passes(row)) continue;
    left--;
    if (json) out.text(jsonLine(columns, row));
    else if (isPlain(capture, row))
      plainLine(columns, row, needsFrame ? capture.frame(row) : NO_BYTES, layout, out);
    else out.text(textLine(columns, row, layout));
    out.byte(NEWLINE);
    if (out.length < PIECE) continue;
    await write(out.view());
    out.length = 0;
  }
  if (out.length > 0) await write(out.view());
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

/** Link types that are not decoded, with their names and numbers of packets. */
function undecoded({ columns, interfaces }: Capture): string[] {
  const counts = new Map<number, number>();
  for (let row = 0; row < columns.length; row++) {
    if (columns.problem[row] !== PROBLEM.linkTypeUnknown) continue;
    const linkType = interfaces[columns.iface[row] ?? 0]?.linkType ?? -1;
    counts.set(linkType, (counts.get(linkType) ?? 0) + 1);
  }
  return [...counts].map(
    ([linkType, count]) => `${count} packets of ${linkTypeName(linkType)} are not decoded`,
  );
}
