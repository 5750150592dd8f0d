import { words } from '../../src/words/words.ts';
import { widthOf, wrap } from '../ladder/line.ts';
import { fitted, join } from './columns.ts';
import type { Document } from './document.ts';
import { areasOf, SMALLEST } from './geometry.ts';
import type { Model } from './model.ts';
import { pageView } from './pages.ts';
import { paint } from './paint.ts';
import { isSplit, paneContent } from './pane-view.ts';
import { barLine } from './panes/bar.ts';
import { columnChoices, columnLines } from './panes/columns.ts';
import { comparedTitle, sumLines } from './panes/compare.ts';
import { detailsContent } from './panes/details.ts';
import { filterLines, searchLines } from './panes/filter.ts';
import { footerLine } from './panes/footer.ts';
import { helpLines } from './panes/help.ts';
import { homeLines } from './panes/home.ts';
import { ladderLines, ladderTitle } from './panes/ladder.ts';
import { packetLines, packetsTitle } from './panes/packets.ts';
import { paletteLines } from './panes/palette.ts';
import { awaitedLines, quizLines, quizTitle, scoreLines } from './panes/quiz.ts';
import { talkLines } from './panes/talk.ts';
import { rowTitle } from './panes/why.ts';
import { isVeiled } from './quiz.ts';
import { scrolled } from './row-list.ts';
import { EMPTY, line, span, spans, type UiLine } from './style.ts';
import { themeOf } from './theme.ts';

/** The whole screen as text with SGR sequences, line by line. */
export function view(model: Model): readonly string[] {
  const theme = themeOf(model.theme);
  return screenLines(model).map((each) => paint(each, model.size.width, theme, model.ascii));
}

/**
 * The whole screen, exactly as many lines as it has:
 *
 *   bar      the views, and what is open
 *   title    what the columns are
 *   main     ladder, packets, …
 *   border   the chosen row
 *   pane     why, details or source
 *   footer   keys, or what is typed
 */
export function screenLines(model: Model): readonly UiLine[] {
  const { size, overlay } = model;
  if (size.width < SMALLEST.width || size.height < SMALLEST.height) return tooSmall(model);
  const { quiz } = model;
  const body =
    overlay?.kind === 'help'
      ? helpBody(model, overlay.top)
      : overlay?.kind === 'notice'
        ? noticeBody(model, overlay.title, overlay.lines)
        : quiz?.phase === 'running'
          ? awaitedLines()
          : quiz?.phase === 'over'
            ? scoreLines(quiz, size.width, size.height - 2)
            : model.page === 'home' || model.document === null
              ? model.awaited === null
                ? homeLines(model)
                : [EMPTY, line(`  ${words().screen.opening(model.awaited)}`, 'reason')]
              : documentLines(model, model.document);
  const lines = [barLine(model), ...filled(body, size.height - 2), footerLine(model)];
  if (overlay?.kind === 'prompt' && (overlay.purpose === 'filter' || overlay.purpose === 'column')) {
    const { text, at } = overlay;
    const help = overlay.purpose === 'filter' ? filterLines(model, text, at) : columnChoices(text, at);
    return [...lines.slice(0, -1 - help.length), ...help, ...lines.slice(-1)];
  }
  if (overlay?.kind === 'prompt' && overlay.purpose === 'search') {
    const help = searchLines(model, overlay.text);
    return [...lines.slice(0, -1 - help.length), ...help, ...lines.slice(-1)];
  }
  const talk = talkLines(model).slice(1 - size.height);
  const over = boxOf(model);
  if (talk.length > 0 && over.length === 0)
    return [...lines.slice(0, -1 - talk.length), ...talk, ...lines.slice(-1)];
  if (over.length === 0) return lines;
  const box = over.map((each) => ({ ...each, back: each.back === 'none' ? ('box' as const) : each.back }));
  return [...lines.slice(0, 1), ...box, ...lines.slice(1 + box.length)];
}

/** What lies over the upper part: the palette, the list of columns. */
function boxOf(model: Model): readonly UiLine[] {
  const { overlay, keys, size } = model;
  if (overlay?.kind === 'palette')
    return paletteLines(keys, overlay.text, overlay.at, Math.min(12, size.height - 4));
  return overlay?.kind === 'columns' ? columnLines(model, overlay.at) : [];
}

function tooSmall({ size }: Model): readonly UiLine[] {
  const text = words().screen.tooSmall(
    `${SMALLEST.width} × ${SMALLEST.height}`,
    `${size.width} × ${size.height}`,
  );
  return filled([line(text, 'warning'), line(words().screen.makeLarger, 'plain')], size.height);
}

function helpBody(model: Model, top: number): readonly UiLine[] {
  const height = model.size.height - 3;
  return [line(words().screen.allKeys, 'label'), ...helpLines(model.keys, top, height)];
}

function noticeBody({ size }: Model, title: string, texts: readonly string[]): readonly UiLine[] {
  const lines = texts.flatMap((text) =>
    wrap(text, size.width - 4).map((part) => line(`  ${part}`, 'warning')),
  );
  const room = size.height - 7;
  const isCut = lines.length > room;
  const shown = lines.slice(0, isCut ? room - 1 : room);
  return [
    line(` ${title}`, 'title'),
    EMPTY,
    ...shown,
    ...(isCut ? [line(words().screen.moreLines(lines.length - shown.length), 'label')] : []),
    EMPTY,
    line(words().screen.anyKey, 'label'),
  ];
}

function documentLines(model: Model, document: Document): readonly UiLine[] {
  const { main, pane } = areasOf(model.size, model.pane);
  const [title, lines] = mainLines(model, document, main);
  const above = [title, ...filled(lines, main)];
  return model.pane.size === 'hidden'
    ? above
    : [...above, borderLine(model, document), ...paneLines(model, document, pane)];
}

function mainLines(model: Model, document: Document, height: number): readonly [UiLine, readonly UiLine[]] {
  if (document.timeline.rowCount === 0)
    return [
      EMPTY,
      [
        line(
          model.running === null ? words().screen.nothingCaptured : words().screen.waitingForFirst,
          'reason',
        ),
      ],
    ];
  if (model.page === 'packets') return [packetsTitle(model, document), packetLines(model, document, height)];
  const other = pageView(model.page);
  if (other === null) return [ladderTitle(model, document), ladderLines(model, document, height)];
  return [other.title(model, document), other.lines(model, document, model.tops[model.page] ?? 0, height)];
}

/** The line between main part and pane: which pane, and which row it is about. */
function borderLine(model: Model, document: Document): UiLine {
  const { width } = model.size;
  const { panes } = words().screen;
  const dash = model.ascii ? '-' : '─';
  const isOn = model.focus === 'pane';
  const isCompared = model.page === 'compare';
  const isAsked = model.quiz !== null && isVeiled(model);
  const rowText = isAsked || document.timeline.rowCount === 0 ? '' : rowTitle(document, model.selected);
  const title = isCompared ? comparedTitle(model) : rowText;
  const parts = [
    span(dash.repeat(2), 'border'),
    span(
      ` ${isCompared ? panes.difference : isAsked ? quizTitle(model.quiz) : panes[model.pane.kind]} `,
      isOn ? 'bar-on' : 'key',
    ),
    span(title === '' ? '' : ` ${title} `, 'title'),
  ];
  const used = parts.reduce((sum, { text }) => sum + widthOf(text), 0);
  return spans([...parts, span(dash.repeat(Math.max(0, width - used)), 'border')]);
}

function paneLines(model: Model, document: Document, height: number): readonly UiLine[] {
  if (isVeiled(model)) return filled(quizLines(model, document, height), height);
  const content = paneContent(model);
  const { at } = model.pane;
  const hasKeys = model.focus === 'pane';
  const focus = hasKeys ? at : (content.focusLine ?? at);
  const margin = content.focusLine !== undefined && !hasKeys ? Math.floor(height / 2) : 1;
  const top = scrolled(hasKeys ? model.pane.top : 0, focus, height, content.lines.length, margin);
  const lines = content.lines.slice(top, top + height).map((each, index): UiLine => {
    return { spans: each.spans, back: hasKeys && top + index === at ? 'selected' : 'none' };
  });
  const { beside } = content;
  if (beside !== undefined) {
    return Array.from({ length: height }, (_, index) =>
      join(lines[index] ?? EMPTY, beside.left, beside.lines[index] ?? EMPTY, model.ascii),
    );
  }
  if (!isSplit(model)) return filled(lines, height);
  const left = Math.floor(model.size.width / 2);
  const right =
    model.page === 'compare' && model.sideBySide !== null
      ? sumLines(model.sideBySide)
      : detailLines(model, document, model.size.width - left - 2, height);
  return Array.from({ length: height }, (_, index) =>
    join(lines[index] ?? EMPTY, left, right[index] ?? EMPTY, model.ascii),
  );
}

/** The details beside the reason, where the screen is wide: from their beginning, without a cursor. */
function detailLines(
  { document, selected, ascii }: Model,
  _: Document,
  width: number,
  height: number,
): readonly UiLine[] {
  if (document === null || document.timeline.rowCount === 0) return [];
  const content = detailsContent(document, selected, -1, width, height);
  const { beside } = content;
  if (beside === undefined) return content.lines;
  return Array.from({ length: height }, (_, index) => ({
    spans: [
      ...fitted(content.lines[index] ?? EMPTY, beside.left),
      span(ascii ? '| ' : '│ ', 'border'),
      ...(beside.lines[index]?.spans ?? []),
    ],
    back: 'none' as const,
  }));
}

function filled(lines: readonly UiLine[], height: number): UiLine[] {
  return Array.from({ length: Math.max(0, height) }, (_, index) => lines[index] ?? EMPTY);
}
