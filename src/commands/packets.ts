import type { Capture } from '../../capture/capture.ts';
import { linkTypeName } from '../../capture/decode/link-type-names.ts';
import { PROBLEM } from '../../capture/decode/problems.ts';
import type { FieldInfo } from '../../capture/fields/field.ts';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { PacketsOptions } from '../cli/packets-options.ts';
import { allFields, findField } from '../filter/catalog.ts';
import { compileFilter, type Filter } from '../filter/filter.ts';
import { filterOption, needsTimeline } from '../filter/filter-option.ts';
import { fieldSuggestion } from '../filter/near-fields.ts';
import { ROW_FIELDS } from '../filter/row-fields.ts';
import type { Subject } from '../filter/subject.ts';
import { openSession } from '../session/read.ts';
import { buildTimeline } from '../timeline/timeline.ts';
import { complain } from './complaint.ts';
import { endOfGrowing, isPipe } from './growing.ts';
import { counted } from './left-out.ts';
import { type Place, packetLines } from './packet-lines.ts';
import { printLines, printPieces } from './terminal.ts';

/** `sockscope packets`: fields of packets, one packet a line, as `tshark -T fields` prints them. */
export async function packetsCommand(options: PacketsOptions): Promise<ExitCode> {
  if (options.list) {
    await printLines(fieldList(options));
    return EXIT.done;
  }
  const infos = options.fields.map(fieldOption);
  const filter = filterOption(options.filter);
  if (options.file === null || infos.length === 0) throw nothingToPrint(options.file);
  for (const { message } of filter.hints) complain(message);
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
      const place = { row: 0, printed: 0, isBegun: false, latest: -1 };
      await printPieces(packetLines(subject, infos, options, passes.packet, place));
    }
    for (const { message, offset } of capture.problems) {
      complain(`${file}: ${message} (at byte ${offset})`);
    }
    for (const line of undecoded(capture)) complain(`${file}: ${line}`);
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
  private readonly place: Place = { row: 0, printed: 0, isBegun: false, latest: -1 };
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
    const more = [...packetLines(subject, this.infos, this.options, passes.packet, this.place)];
    if (more.length > 0) this.printing = this.printing.then(() => printPieces(more));
    if (this.place.printed >= (this.options.count ?? Number.POSITIVE_INFINITY)) this.end.abort();
  };

  async finish(capture: Capture): Promise<void> {
    this.grown({ capture });
    await this.printing;
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
  throw new UserError(`${name === '' ? 'an empty name' : name} is no field`, {
    hint: name.includes(',')
      ? 'each field has an -e of its own: -e ip.src -e ip.dst'
      : (fieldSuggestion(name) ?? '`sockscope packets --fields` lists the fields'),
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

/** Link types that are not decoded, with their names and numbers of packets. */
function undecoded({ columns, interfaces }: Capture): string[] {
  const counts = new Map<number, number>();
  for (let row = 0; row < columns.length; row++) {
    if (columns.problem[row] !== PROBLEM.linkTypeUnknown) continue;
    const linkType = interfaces[columns.iface[row] ?? 0]?.linkType ?? -1;
    counts.set(linkType, (counts.get(linkType) ?? 0) + 1);
  }
  return [...counts].map(
    ([linkType, count]) =>
      `${counted(count, 'packet')} of ${linkTypeName(linkType)} ${count === 1 ? 'is' : 'are'} not decoded`,
  );
}
