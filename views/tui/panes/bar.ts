import { words } from '../../../src/words/words.ts';
import { shorten, widthOf } from '../../ladder/line.ts';
import type { Model, Page } from '../model.ts';
import { PAGES } from '../model.ts';
import { filterLine } from '../saved-filters.ts';
import { span, spans, type UiLine, type UiSpan } from '../style.ts';

const NARROW = 100;

function tabs(
  model: Model,
): readonly { readonly page: Page; readonly parts: readonly [string, string, string] }[] {
  const pages: readonly Page[] = [
    'home',
    ...PAGES,
    ...(model.sideBySide === null ? [] : (['compare'] as const)),
  ];
  return pages.map((page) => {
    const isNarrow = model.size.width < NARROW;
    const said = words().screen;
    const shortest = isNarrow && model.sideBySide !== null ? said.shortestTabs[page] : undefined;
    return { page, parts: shortest ?? (isNarrow ? said.shortTabs[page] : undefined) ?? said.tabs[page] };
  });
}

/** The first line: the views with their keys, and at the right what is shown. */
export function barLine(model: Model): UiLine {
  const parts: UiSpan[] = [];
  let used = 0;
  const keyStyle = (page: Page, letter: string) => (isKeyOf(model, page, letter) ? 'bar-key' : 'bar');
  for (const {
    page,
    parts: [before, key, after],
  } of tabs(model)) {
    const isOn = page === model.page;
    const style = isOn ? 'bar-on' : 'bar';
    parts.push(
      span(` ${before}`, style),
      span(key, isOn ? 'bar-on' : keyStyle(page, key)),
      span(`${after} `, style),
    );
    used += before.length + key.length + after.length + 2;
  }
  const title = ` ${titleText(model)} `;
  const room = model.size.width - used;
  if (room >= 8) {
    const shown = shorten(title, room, '… ');
    parts.push(span(' '.repeat(Math.max(0, room - widthOf(shown))), 'bar'), span(shown, 'title'));
  }
  return spans(parts, 'bar');
}

/** Whether a letter of a view's title is its key, as it usually is. */
function isKeyOf({ keys }: Model, page: Page, letter: string): boolean {
  return [letter, letter.toLowerCase()].some((key) => {
    const action = keys.of(key)?.action;
    return page === 'compare' ? action?.do === 'compare' : action?.do === 'show' && action.page === page;
  });
}

function titleText({ document, filter, filters, running, sideBySide, quiz }: Model): string {
  if (quiz !== null) return 'quiz';
  if (document === null) return 'sockscope';
  // Which of the two runs the other views show.
  const side = sideBySide === null ? '' : document === sideBySide.right ? 'R ' : 'L ';
  const name = `${side}${document.title}${running === null ? '' : ` · ${words().screen.running}`}`;
  return filter === '' ? name : `${name} [${filterLine(filter, filters)}]`;
}

/** The view whose title stands at a column of the first line. */
export function tabAt(model: Model, x: number): Page | null {
  let at = 0;
  for (const { page, parts } of tabs(model)) {
    at += parts.join('').length + 2;
    if (x < at) return page;
  }
  return null;
}
