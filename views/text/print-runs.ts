import { basename } from 'node:path';
import type { Comparison } from '../../src/compare/compare.ts';
import { isAlike } from '../../src/compare/measures.ts';
import { words } from '../../src/words/words.ts';
import {
  changeText,
  countsText,
  differenceText,
  MARKS,
  measureName,
  measureText,
  type RowWords,
  rowWords,
} from '../compare/line-words.ts';
import { printable } from '../ladder/glyphs.ts';
import { type Span, shorten, widthOf } from '../ladder/line.ts';
import { lineText } from './colours.ts';
import { heading, paragraph, type TextOptions } from './paragraph.ts';
import { table } from './print-check.ts';

interface RunsStyle extends TextOptions {
  readonly all: boolean;
}

/** Lines that are the same are shown so far around one that is not. */
const AROUND = 2;
const MARK = 4;
/** From these widths on, rows have their time and their number. */
const WITH_TIME = 110;
const WITH_NUMBER = 130;

/** Two runs side by side: the sums, then the rows, aligned by what they mean. */
export function* printRuns(
  comparison: Comparison,
  files: readonly [string, string],
  style: RunsStyle,
): Generator<string> {
  const said = words().runs;
  const label = Math.max(said.left.length, said.right.length) + 2;
  yield* paragraph(`${said.left}: `.padEnd(label), files[0], style, { label: 'bold' });
  yield* paragraph(`${said.right}: `.padEnd(label), files[1], style, { label: 'bold' });
  yield '';
  const rows = comparison.measures.map((measure) => [
    measureName(measure),
    measureText(measure, measure.left),
    measureText(measure, measure.right),
    changeText(measure) || (isAlike(measure) ? '' : '≠'),
  ]);
  yield* table(['', said.left, said.right, ''], rows, style);
  yield '';
  yield* paragraph(`${said.rows}: `, countsText(comparison), style, { label: 'bold' });
  yield heading(sides(basename(files[0]), basename(files[1]), style), style);
  yield* printLines(comparison, style);
}

function sides(left: string, right: string, { width, ascii }: TextOptions): string {
  const room = sideWidth(width);
  const cut = shorten(printable(left, ascii), room, ascii ? '...' : '…');
  return `${' '.repeat(MARK)}${cut}${' '.repeat(room - widthOf(cut))} ${ascii ? '|' : '│'} ${printable(right, ascii)}`;
}

function sideWidth(width: number): number {
  return Math.floor((width - MARK - 3) / 2);
}

function* printLines(comparison: Comparison, style: RunsStyle): Generator<string> {
  const left = rowWords(comparison.left);
  const right = rowWords(comparison.right);
  let shownTo = -1;
  const show = function* (line: number): Generator<string> {
    yield sideBySide(comparison, line, left, right, style);
    const differences = comparison.differences(line);
    if (differences.length > 0)
      yield* paragraph(' '.repeat(MARK + 2), differenceText(differences), style, { text: 'reason' });
  };
  const lines = style.all ? range(0, comparison.length) : shownLines(comparison);
  for (const line of lines) {
    if (line > shownTo + 1) yield gap(line - shownTo - 1, style);
    yield* show(line);
    shownTo = line;
  }
  if (shownTo + 1 < comparison.length) yield gap(comparison.length - shownTo - 1, style);
}

function gap(lines: number, style: RunsStyle): string {
  const text = `${' '.repeat(MARK)}${style.ascii ? ':' : '⋮'} ${words().runs.same(lines, style.all)}`;
  return lineText([{ text, style: 'dim' }], style.colour);
}

function* range(from: number, to: number): Generator<number> {
  for (let at = from; at < to; at++) yield at;
}

/** The lines that are not the same, with some around each. */
function* shownLines({ unlike, length }: Comparison): Generator<number> {
  let next = 0;
  for (const line of unlike) {
    for (next = Math.max(next, line - AROUND); next <= Math.min(line + AROUND, length - 1); next++)
      yield next;
  }
}

function sideBySide(
  comparison: Comparison,
  line: number,
  left: (row: number) => RowWords,
  right: (row: number) => RowWords,
  { width, ascii, colour }: RunsStyle,
): string {
  const room = sideWidth(width);
  const mark = MARKS[comparison.kind(line)];
  const [x, y] = [comparison.leftRow(line), comparison.rightRow(line)];
  const spans: readonly Span[] = [
    { text: `${ascii ? mark.ascii : mark.sign} `, style: mark.style },
    ...cells(x === null ? null : left(x), room, width, ascii),
    { text: ascii ? ' | ' : ' │ ', style: 'lane' },
    ...cells(y === null ? null : right(y), room, width, ascii),
  ];
  return lineText(spans, colour).trimEnd();
}

function cells(words: RowWords | null, room: number, width: number, ascii: boolean): readonly Span[] {
  if (words === null) return [{ text: ' '.repeat(room), style: 'plain' }];
  const number = width >= WITH_NUMBER ? `${words.number.padStart(6)} ` : '';
  const time = width >= WITH_TIME ? `${words.time.padStart(9)} ` : '';
  const left = Math.max(8, room - number.length - time.length);
  const text = shorten(printable(words.text, ascii), left, ascii ? '...' : '…');
  return [
    { text: number + time, style: 'dim' },
    { text: text + ' '.repeat(Math.max(0, left - widthOf(text))), style: words.style },
  ];
}
