import type { Capture } from '../../capture/capture.ts';
import { linkTypeName } from '../../capture/decode/link-type-names.ts';
import { PROBLEM } from '../../capture/decode/problems.ts';
import type { FieldInfo, FieldValue } from '../../capture/fields/field.ts';
import { valueText } from '../../capture/fields/text.ts';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { Layout, PacketsOptions } from '../cli/packets-options.ts';
import { allFields, findField } from '../filter/catalog.ts';
import { compileFilter, type Filter } from '../filter/filter.ts';
import { filterOption, needsTimeline } from '../filter/filter-option.ts';
import { ROW_FIELDS } from '../filter/row-fields.ts';
import type { Subject } from '../filter/subject.ts';
import { type ReadValues, RowReader } from '../filter/values.ts';
import { openSession } from '../session/read.ts';
import { buildTimeline } from '../timeline/timeline.ts';
import { endOfGrowing, isPipe } from './growing.ts';
import { printLines } from './terminal.ts';

interface Column {
  readonly info: FieldInfo;
  readonly read: ReadValues;
}

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
  const isAboutCalls = needsTimeline(filter.node) || infos.some(({ name }) => ROW_FIELDS.has(name));
  const { file, follow } = options;
  const grows = follow || isPipe(file);
  // What calls are about is known when they have all come.
  const printer =
    grows && !isAboutCalls ? new GrowingPrinter(options, infos, filter, endOfGrowing(file)) : null;
  const growing = grows ? { follow, signal: printer?.end.signal ?? endOfGrowing(file).signal } : {};
  const onProgress = printer === null ? {} : { onProgress: printer.grown };
  const session = await openSession(file, { ...growing, ...onProgress });
  const { capture } = session;
  try {
    if (printer !== null) await printer.finish(capture);
    else {
      const subject: Subject = { capture, timeline: isAboutCalls ? buildTimeline(session) : null };
      const passes = compileFilter(filter, subject);
      await printLines(lines(subject, infos, options, passes.packet, { row: 0, printed: 0, isBegun: false }));
    }
    for (const { message, offset } of capture.problems) {
      process.stderr.write(`sockscope: ${file}: ${message} (at byte ${offset})\n`);
    }
    for (const line of undecoded(capture)) process.stderr.write(`sockscope: ${file}: ${line}\n`);
    return capture.problems.length > 0 ? EXIT.damaged : EXIT.done;
  } finally {
    capture.close();
  }
}

/** Prints the packets of a growing capture as they come. */
class GrowingPrinter {
  readonly end: AbortController;
  private readonly options: PacketsOptions;
  private readonly infos: readonly FieldInfo[];
  private readonly filter: Filter;
  private readonly place: Place = { row: 0, printed: 0, isBegun: false };
  private printing: Promise<void> = Promise.resolve();

  constructor(options: PacketsOptions, infos: readonly FieldInfo[], filter: Filter, end: AbortController) {
    this.end = end;
    this.options = options;
    this.infos = infos;
    this.filter = filter;
  }

  readonly grown = ({ capture }: { readonly capture: Capture }): void => {
    const subject: Subject = { capture, timeline: null };
    // Made anew each time: a filter holds the columns' arrays, which are replaced as they grow.
    const passes = compileFilter(this.filter, subject);
    const more = [...lines(subject, this.infos, this.options, passes.packet, this.place)];
    if (more.length > 0) this.printing = this.printing.then(() => printLines(more));
    if (this.place.printed >= (this.options.count ?? Number.POSITIVE_INFINITY)) this.end.abort();
  };

  async finish(capture: Capture): Promise<void> {
    this.grown({ capture });
    await this.printing;
  }
}

/** How far the printing is: the next row, how many packets were printed, and whether the header was. */
interface Place {
  row: number;
  printed: number;
  isBegun: boolean;
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

function* lines(
  subject: Subject,
  infos: readonly FieldInfo[],
  { count, json, layout }: PacketsOptions,
  passes: (row: number) => boolean,
  place: Place,
): Generator<string> {
  const reader = new RowReader(subject);
  const columns = infos.map((info): Column => {
    const operand = { field: info, layer: null, slices: [], mask: null, change: null, from: 0, to: 0 };
    return { info, read: reader.reader(operand) };
  });
  if (layout.header && !json && !place.isBegun) yield infos.map(({ name }) => name).join(layout.separator);
  place.isBegun = true;
  const rows = subject.capture.columns.length;
  const most = count ?? Number.POSITIVE_INFINITY;
  for (; place.row < rows && place.printed < most; place.row++) {
    const { row } = place;
    if (!passes(row)) continue;
    place.printed++;
    yield json ? jsonLine(columns, row) : textLine(columns, row, layout);
  }
}

const values: FieldValue[] = [];

function textLine(
  columns: readonly Column[],
  row: number,
  { separator, aggregator, quote, occurrence }: Layout,
): string {
  let line = '';
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index];
    if (column === undefined) continue;
    if (index > 0) line += separator;
    values.length = 0;
    column.read('packet', row, values);
    const text = textOf(column.info, occurrence, aggregator);
    line += text === '' || quote === '' ? text : `${quote}${text}${quote}`;
  }
  return line;
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
