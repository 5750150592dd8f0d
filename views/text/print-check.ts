import { issueText, toldText } from '../../src/diagnosis/check/messages.ts';
import type { CheckReport, Conversation, Issue } from '../../src/diagnosis/check/report.ts';
import { readingText } from '../../src/diagnosis/messages-readings.ts';
import { decimal } from '../../src/words/language.ts';
import { size, span } from '../../src/words/units.ts';
import { words } from '../../src/words/words.ts';
import { printable } from '../ladder/glyphs.ts';
import { shorten, widthOf } from '../ladder/line.ts';
import { lineText } from './colours.ts';
import { heading, paragraph, type TextOptions } from './paragraph.ts';

interface CheckStyle extends TextOptions {
  readonly all: boolean;
}

const ISSUES_SHOWN = 3;
/** The column of a table of files that matters most. */
const WARNINGS = 3;
const INDENT = '         ';

/** What is wrong in one capture, gravest first, and its conversations. */
export function* printCheck(report: CheckReport, style: CheckStyle): Generator<string> {
  const { tcp, udp, other, packets, bytes, seconds } = report;
  const summary =
    packets === 0
      ? words().report.empty
      : `${words().report.summary(packets, bytes, seconds)} (${words().report.protocols(tcp, udp, other)}; ${words().report.conversations(report.conversations)})`;
  yield* paragraph(`${report.file}: `, summary, style, { label: 'bold' });
  if (report.issues.length === 0) yield* paragraph('', words().report.nothing, style, { text: 'good' });
  for (const group of grouped(report.issues)) yield* printGroup(group, style);
  if (report.readings.length > 0) {
    yield '';
    yield heading(words().report.readingsTitle, style);
  }
  for (const reading of report.readings) {
    const text = `${readingText(reading)}${frames(reading, reading.count)}`;
    yield* paragraph(`${reading.count}`.padStart(7).padEnd(INDENT.length), text, style);
  }
  if (report.top.length > 0) {
    yield '';
    yield* printConversations(report.top, report.conversations, style);
  }
}

/** Issues of the same kind and gravity stand together: the list comes sorted. */
export function grouped(issues: readonly Issue[]): readonly (readonly Issue[])[] {
  const groups: Issue[][] = [];
  for (const issue of issues) {
    const last = groups[groups.length - 1];
    if (last?.[0]?.kind === issue.kind && last[0].severity === issue.severity) last.push(issue);
    else groups.push([issue]);
  }
  return groups;
}

function* printGroup(group: readonly Issue[], style: CheckStyle): Generator<string> {
  const [first] = group;
  if (first === undefined) return;
  const told = words().issues[first.kind];
  const title = group.length > 1 ? `${told.title} (${group.length})` : told.title;
  yield '';
  yield* paragraph(words().severity[first.severity].padEnd(INDENT.length), title, style, {
    label: first.severity === 'warning' ? 'warning' : 'dim',
    text: 'bold',
  });
  yield* paragraph(INDENT, told.why, style, { text: 'reason' });
  const shown = style.all ? group : group.slice(0, ISSUES_SHOWN);
  for (const issue of shown) yield* printIssue(issue, style);
  if (shown.length < group.length)
    yield* paragraph(`${INDENT}  `, words().report.more(group.length - shown.length), style, { text: 'dim' });
}

function* printIssue(issue: Issue, style: CheckStyle): Generator<string> {
  const text = issueText(issue);
  yield* paragraph(`${INDENT}- `, `${text}${frames(issue, issue.total)}`, style);
  for (const line of toldLines(issue, text))
    yield* paragraph(`${INDENT}  ${words().report.calls}: `, line, style, { text: 'dim' });
}

/** What the calls say, each once, and not what the issue says already. */
function toldLines({ told = [] }: Issue, text: string): string[] {
  return [...new Set(told.map(toldText))].filter((line) => line !== text);
}

/** The frames that are named, and how many more there are. */
function frames({ frames: numbers }: Pick<Issue, 'frames'>, all: number): string {
  if (numbers.length === 0) return '';
  const left = all <= numbers.length ? '' : ` … ${words().report.more(all - numbers.length)}`;
  return ` [${numbers.length === 1 ? words().report.frame : words().report.frames} ${numbers.join(', ')}${left}]`;
}

function* printConversations(
  conversations: readonly Conversation[],
  all: number,
  style: CheckStyle,
): Generator<string> {
  yield heading(
    `${words().report.conversationsTitle}${conversations.length < all ? ` (${words().report.shown(conversations.length, all)})` : ''}`,
    style,
  );
  const rows = conversations.map((conversation) => [
    `${conversation.a} ↔ ${conversation.b}`,
    `${conversation.packets}`,
    span(conversation.seconds),
    milliseconds(conversation.setupMs),
    milliseconds(conversation.rttMs),
    `${sent(conversation, 0)} / ${sent(conversation, 1)}`,
    rate(conversation.goodput),
    span(conversation.idleSeconds),
    `${conversation.sentAgain}`,
    words().report.closedBy[conversation.closedBy],
  ]);
  yield* table(words().report.columns.conversations, rows, style);
  const { missingBytes, closerUnsure } = words().report;
  if (conversations.some(({ missing }) => missing.some((bytes) => bytes !== 0)))
    yield* paragraph('', missingBytes, style, { text: 'dim' });
  if (conversations.some(({ closedBy }) => closedBy.endsWith('-seen')))
    yield* paragraph('', closerUnsure, style, { text: 'dim' });
}

/** What a side sent, and what of it is not in the capture; `+?` where that is not known. */
function sent({ bytes, missing }: Conversation, side: 0 | 1): string {
  const left = missing[side];
  if (left === 0) return size(bytes[side]);
  return `${size(bytes[side])}+${left === null ? '?' : size(left)}`;
}

function milliseconds(ms: number | null): string {
  return ms === null ? '-' : span(ms / 1e3);
}

function rate(bits: number | null): string {
  if (bits === null) return '-';
  if (bits >= 1e9) return `${decimal((bits / 1e9).toFixed(2))} Gbit/s`;
  if (bits >= 1e6) return `${decimal((bits / 1e6).toFixed(1))} Mbit/s`;
  return bits >= 1e3 ? `${decimal((bits / 1e3).toFixed(1))} kbit/s` : `${Math.round(bits)} bit/s`;
}

/**
 * Columns of a table. Where the width does not suffice the first one gives way, then columns are left out, those that
 * `keep` does not name from the end on, and then the last.
 */
export function* table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: TextOptions,
  keep: readonly number[] = [],
): Generator<string> {
  const cells = [head, ...rows].map((row) => row.map((cell) => printable(cell, style.ascii)));
  const widths = head.map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0),
  );
  const least = Math.min(widths[0] ?? 0, Math.max(24, Math.floor(style.width / 2.5)));
  // The last column says what became of it: of those before it, all but the chosen ones are left out first.
  const last = widths.length - 1;
  const others = head.map((_, column) => column).filter((column) => column > 0 && column < last);
  const rank = [0, ...others.filter((column) => keep.includes(column)), last];
  rank.push(...others.filter((column) => !keep.includes(column)));
  const shown = new Set([0]);
  let used = least;
  for (const column of rank.slice(1)) {
    // What stands behind a column that has no room is left out too: one sees where the table ends.
    if (used + 2 + (widths[column] ?? 0) > style.width) break;
    used += 2 + (widths[column] ?? 0);
    shown.add(column);
  }
  const isShown = (column: number): boolean => shown.has(column);
  const first = Math.min(widths[0] ?? 0, least + Math.max(0, style.width - used));
  for (const [index, row] of cells.entries()) {
    const text = row
      .flatMap((cell, column) => {
        if (!isShown(column)) return [];
        if (column > 0) return ' '.repeat((widths[column] ?? 0) - widthOf(cell)) + cell;
        const short = shorten(cell, first, style.ascii ? '...' : '…');
        return short + ' '.repeat(first - widthOf(short));
      })
      .join('  ')
      .trimEnd();
    yield index === 0 ? lineText([{ text, style: 'dim' }], style.colour) : text;
  }
  const whole = widths.reduce((sum, width) => sum + width + 2, -2);
  const left = head.filter((_, column) => !isShown(column));
  if (left.length > 0)
    yield* paragraph('', words().report.narrow(left.join(', '), whole), style, { text: 'dim' });
}

/** Several files, one a line: how much is wrong, and what first; `unread`: how many more could not be read. */
export function* printCheckTable(
  reports: readonly CheckReport[],
  style: TextOptions,
  unread = 0,
): Generator<string> {
  const rows = reports.map((report) => [
    report.file,
    `${report.packets}`,
    `${report.conversations}`,
    `${report.warnings}`,
    `${report.issues.length === 0 ? words().report.nothing : words().issues[report.issues[0]?.kind ?? 'reset'].title}`,
  ]);
  yield* table(words().report.columns.files, rows, style, [WARNINGS]);
  const bad = reports.filter(({ warnings }) => warnings > 0).length;
  yield printable(words().report.files(reports.length, bad, unread), style.ascii);
}
