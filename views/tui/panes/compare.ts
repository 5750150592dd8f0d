import type { LineKind } from '../../../src/compare/compare.ts';
import { isAlike } from '../../../src/compare/measures.ts';
import { words as told } from '../../../src/words/words.ts';
import {
  changeText,
  differenceText,
  MARKS,
  measureName,
  measureText,
  type RowWords,
  sideText,
} from '../../compare/line-words.ts';
import { printable } from '../../ladder/glyphs.ts';
import { shorten, widthOf, wrap } from '../../ladder/line.ts';
import type { Document } from '../document.ts';
import type { Model, SideBySide } from '../model.ts';
import type { PageView } from '../pages.ts';
import { ContentBuilder, type PaneContent } from '../pane-content.ts';
import { line, span, spans, type UiLine, type UiSpan } from '../style.ts';

/** Columns for the cursor, the sign and the letter. */
const MARK = 6;
const SIDE_WIDTH = 12;
const WITH_TIME = 110;
const WITH_NUMBER = 130;
/** The longest name of a sum. */
const NAME_WIDTH = 27;
const SHOWN_MEASURES = 26;

/** How many lines there are: rows, only those that are not the same, or the sums. */
export function comparedLength({ comparison, shows }: SideBySide): number {
  if (shows === 'sums') return comparison.measures.length;
  return shows === 'unlike' ? comparison.unlike.length : comparison.length;
}

/** The line of the comparison that a line of the screen shows; null where it shows a sum, or nothing. */
export function lineAt({ comparison, shows }: SideBySide, at: number): number | null {
  if (shows === 'sums') return null;
  if (shows === 'all') return at < comparison.length ? at : null;
  return comparison.unlike[at] ?? null;
}

/** Two runs side by side. */
export const compare: PageView = {
  title(model) {
    const both = model.sideBySide;
    if (both === null) return line('');
    const room = sideWidth(model.size.width);
    const left = shorten(both.left.title, room, '…');
    return line(
      `${' '.repeat(MARK)}${left}${' '.repeat(room - widthOf(left))} │ ${both.right.title}`,
      'label',
    );
  },
  length: ({ sideBySide }) => (sideBySide === null ? 0 : comparedLength(sideBySide)),
  lines(model, _, top, height) {
    const both = model.sideBySide;
    if (both === null) return [line(told().panes.nothingCompared(model.keys.keyOf('compare')), 'reason')];
    const end = Math.min(top + height, comparedLength(both));
    if (end === 0) return [line(told().panes.nothingDiffers, 'good')];
    return Array.from({ length: Math.max(0, end - top) }, (_each, index) => {
      const at = top + index;
      const isChosen = at === (model.cursors.compare ?? 0);
      const parts =
        both.shows === 'sums' ? sumSpans(model, both, at, isChosen) : rowSpans(model, both, at, isChosen);
      return spans(parts, isChosen ? (model.focus === 'main' ? 'selected' : 'dimmed') : 'none');
    });
  },
  target: () => null,
};

function sideWidth(width: number): number {
  return Math.floor((width - MARK - 3) / 2);
}

function rowSpans(model: Model, both: SideBySide, at: number, isChosen: boolean): UiSpan[] {
  const { width } = model.size;
  const at2 = lineAt(both, at) ?? 0;
  const { comparison } = both;
  const room = sideWidth(width);
  const kind = comparison.kind(at2);
  const differences = kind === 'differs' ? comparison.differences(at2) : [];
  return [
    ...markSpans(model, kind, isChosen),
    ...sideSpans(both.left, comparison.leftRow(at2), room, width, sideText(differences, 'left')),
    span(' │ ', 'border'),
    ...sideSpans(both.right, comparison.rightRow(at2), room, width, sideText(differences, 'right')),
  ];
}

function markSpans({ ascii }: Model, kind: LineKind, isChosen: boolean): UiSpan[] {
  const mark = MARKS[kind];
  return [
    span(isChosen ? (ascii ? '> ' : '▶ ') : '  ', 'mark'),
    span(`${ascii ? mark.ascii : mark.sign} `, mark.style),
  ];
}

/** A row of one run; behind it what it has otherwise than the other run's, for which half of the room is kept. */
function sideSpans(
  document: Document,
  row: number | null,
  room: number,
  width: number,
  differs: string,
): UiSpan[] {
  if (row === null) return [span(' '.repeat(room))];
  const words = document.rowWords(row);
  const head = headText(words, width);
  const left = Math.max(8, room - head.length);
  const note = differs === '' ? '' : `  ${shorten(printable(differs, false), Math.floor(left / 2) - 2, '…')}`;
  const text = shorten(printable(words.text, false), left - widthOf(note), '…');
  const rest = Math.max(0, left - widthOf(text) - widthOf(note));
  return [span(head, 'label'), span(text, words.style), span(note, 'warning'), span(' '.repeat(rest))];
}

function headText({ number, time }: RowWords, width: number): string {
  return `${width >= WITH_NUMBER ? `${number.padStart(6)} ` : ''}${width >= WITH_TIME ? `${time.padStart(9)} ` : ''}`;
}

function sumSpans(model: Model, { comparison }: SideBySide, at: number, isChosen: boolean): UiSpan[] {
  const measure = comparison.measures[at];
  if (measure === undefined) return [];
  const isSame = isAlike(measure);
  const room = Math.max(10, Math.min(24, Math.floor((model.size.width - MARK - NAME_WIDTH - 3) / 3)));
  const cell = (text: string): string => `${shorten(text, room, '…').padStart(room)} `;
  return [
    ...markSpans(model, isSame ? 'same' : 'differs', isChosen),
    span(shorten(measureName(measure), NAME_WIDTH, '…').padEnd(NAME_WIDTH), 'label'),
    span(cell(measureText(measure, measure.left)), isSame ? 'reason' : 'value'),
    span(cell(measureText(measure, measure.right)), isSame ? 'reason' : 'value'),
    span(cell(changeText(measure)), 'label'),
  ];
}

/** The sums beside the rows, where the screen is wide: those that differ first. */
export function sumLines({ comparison }: SideBySide): readonly UiLine[] {
  const unlike = comparison.measures.filter((each) => !isAlike(each));
  const alike = comparison.measures.filter(isAlike);
  return [...unlike, ...alike].slice(0, SHOWN_MEASURES).map((measure) => {
    const isSame = isAlike(measure);
    const values = [measure.left, measure.right].map((value) => measureText(measure, value).padStart(14));
    return spans([
      span(isSame ? '  ' : '≠ ', 'warning'),
      span(measureName(measure).padEnd(NAME_WIDTH), 'label'),
      span(values.join(' '), isSame ? 'reason' : 'value'),
      span(`  ${changeText(measure)}`, 'label'),
    ]);
  });
}

/** What the pane's border says of the chosen line. */
export function comparedTitle(model: Model): string {
  const both = model.sideBySide;
  const at = both === null ? null : lineAt(both, model.cursors.compare ?? 0);
  return both === null || at === null
    ? told().panes.sumsOfBoth
    : told().panes.lineKinds[both.comparison.kind(at)];
}

/** What differs on the chosen line, and why each run has what it has. */
export function comparedContent(model: Model, width: number): PaneContent {
  const content = new ContentBuilder();
  const both = model.sideBySide;
  const at = both === null ? null : lineAt(both, model.cursors.compare ?? 0);
  if (both === null || at === null) {
    content.add(line(told().panes.showsRows(model.keys.keyOf('turn-comparison')), 'label'));
    return content.done('');
  }
  const differences = both.comparison.differences(at);
  for (const each of differences)
    for (const part of wrap(differenceText([each]), width - 4)) content.add(line(`  ${part}`, 'warning'));
  for (const [name, document, row] of [
    [told().runs.left, both.left, both.comparison.leftRow(at)],
    [told().runs.right, both.right, both.comparison.rightRow(at)],
  ] as const) {
    if (row === null) {
      content.add(line(told().panes.nothingOn(name), 'label'));
      continue;
    }
    const words = document.rowWords(row);
    for (const [index, part] of wrap(
      `${words.number} ${words.time} ms ${words.text}`,
      width - SIDE_WIDTH - 1,
    ).entries())
      content.add(
        spans([span((index === 0 ? ` ${name}:` : '').padEnd(SIDE_WIDTH), 'label'), span(part, words.style)]),
      );
    for (const part of wrap(reasonOf(document, row), width - SIDE_WIDTH - 1))
      content.add(line(`${' '.repeat(SIDE_WIDTH)}${part}`, 'reason'));
  }
  return content.done('');
}

function reasonOf({ timeline, words }: Document, index: number): string {
  const row = timeline.row(index);
  const reason =
    row.kind === 'packet' ? timeline.reasonOfPacket(row.packet) : timeline.reasonOfCall(row.call);
  return reason === null ? '' : words.reason(reason);
}
