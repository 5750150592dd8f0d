import { words } from '../../src/words/words.ts';
import { countsText } from '../compare/line-words.ts';
import type { Document } from './document.ts';
import { homeEntries } from './home-list.ts';
import type { News } from './messages.ts';
import type { Model, SideBySide } from './model.ts';
import { lineAt } from './panes/compare.ts';
import { neighbour, someRows } from './row-list.ts';
import { inWindow, type Step, select, setPage } from './update-move.ts';

const said = (model: Model, text: string, isError = false): Model => ({
  ...model,
  status: { text, isError },
});

/** Compares: on the home page the marked file with the chosen one; else shows what is compared, or asks for a file. */
export function compareAction(model: Model, asks: boolean): Step {
  const entry = model.page === 'home' ? homeEntries(model.home)[model.home.at] : undefined;
  if (entry?.kind === 'file') return compareChosen(model, entry.path);
  if (!asks && model.sideBySide !== null && model.page !== 'compare') return [setPage(model, 'compare'), []];
  if (model.document === null) return [said(model, words().status.openFirst), []];
  return [{ ...model, overlay: { kind: 'prompt', purpose: 'compare', text: '', at: 0 } }, []];
}

function compareChosen(model: Model, path: string): Step {
  const { marked } = model.home;
  const home = (next: string | null): Model => ({ ...model, home: { ...model.home, marked: next } });
  if (marked === null) return [said(home(path), words().status.markedFile), []];
  if (marked === path) return [said(home(null), words().status.unmarked), []];
  return [said(home(null), words().status.comparing), [{ do: 'compare', left: marked, right: path }]];
}

/** Compares what is open with a file. */
export function compareWith(model: Model, file: string): Step {
  const { document } = model;
  if (document === null) return [model, []];
  if (document.extent !== 'whole') return [said(model, words().status.notComplete, true), []];
  return [said(model, words().status.comparing), [{ do: 'compare', left: null, right: file }]];
}

/** Shows a comparison, at its first difference. */
export function withComparison(model: Model, news: Extract<News, { kind: 'compared' }>): Model {
  const { left, right, comparison } = news;
  const sideBySide: SideBySide = { left, right, comparison, shows: 'all' };
  const shown = model.document === left ? model : lookingAt(model, left);
  const at = comparison.unlike[0] ?? 0;
  const next: Model = {
    ...shown,
    sideBySide,
    page: 'compare',
    focus: 'main',
    cursors: { ...shown.cursors, compare: at },
    tops: { ...shown.tops, compare: 0 },
  };
  return said(inWindow(next), countsText(comparison));
}

/** Another of the two runs in all views. */
function lookingAt(model: Model, document: Document): Model {
  const { compare: at = 0 } = model.cursors;
  return {
    ...model,
    ...document.everything,
    ...{ document, filter: '', selected: 0, connection: 0 },
    ...{ marks: {}, search: null, trail: [], replay: null },
    tops: { compare: model.tops.compare ?? 0 },
    cursors: { compare: at },
    pane: { ...model.pane, at: 0, top: 0 },
  };
}

/** To the next or last line that is not the same. */
export function differenceBy(model: Model, by: number): Model {
  const both = model.sideBySide;
  if (both === null) return said(model, words().status.notCompared);
  const page = model.page === 'compare' ? model : setPage(model, 'compare');
  if (both.shows === 'sums') return said(page, words().status.areSums);
  const at = page.cursors.compare ?? 0;
  const { unlike } = both.comparison;
  const place = neighbour(someRows(unlike), lineAt(both, at) ?? 0, by);
  const line = unlike[place];
  if (line === undefined) return said(page, words().status.noDifference(by > 0));
  const compare = both.shows === 'all' ? line : place;
  return inWindow({ ...page, cursors: { ...page.cursors, compare } });
}

/** All rows, only those that differ, the sums; the cursor stays where it was as well as it can. */
export function turnComparison(model: Model): Model {
  const both = model.sideBySide;
  if (both === null) return said(model, words().status.notCompared);
  const line = lineAt(both, model.cursors.compare ?? 0) ?? both.comparison.unlike[0] ?? 0;
  const shows = { all: 'unlike', unlike: 'sums', sums: 'all' } as const;
  const sideBySide: SideBySide = { ...both, shows: shows[both.shows] };
  const { unlike } = both.comparison;
  const at =
    sideBySide.shows === 'sums' ? 0 : sideBySide.shows === 'all' ? line : someRows(unlike).position(line);
  const next: Model = {
    ...model,
    sideBySide,
    page: 'compare',
    cursors: { ...model.cursors, compare: at },
  };
  return inWindow(next);
}

/** Goes to the chosen line's row in the ladder of the run that is looked at, or of the other where only that has it. */
export function enterCompared(model: Model): Model {
  const both = model.sideBySide;
  const line = both === null ? null : lineAt(both, model.cursors.compare ?? 0);
  if (both === null || line === null) return model;
  const isRight = model.document === both.right;
  const rows = [both.comparison.leftRow(line), both.comparison.rightRow(line)] as const;
  const side = rows[isRight ? 1 : 0] === null ? !isRight : isRight;
  return shownAt(model, side ? both.right : both.left, rows[side ? 1 : 0] ?? 0);
}

/** The other run in the same view, at the row that the chosen one is paired with. */
export function otherRun(model: Model): Model {
  const both = model.sideBySide;
  if (both === null) return said(model, words().status.oneRun);
  const isRight = model.document === both.right;
  const other = isRight ? both.left : both.right;
  const row = both.comparison.partner(isRight ? 'right' : 'left', model.selected);
  const next = shownAt(model, other, row, model.page);
  return said(next, words().status.otherRun(isRight, other.title));
}

function shownAt(model: Model, document: Document, row: number, page: Model['page'] = 'ladder'): Model {
  const looked = model.document === document ? model : lookingAt(model, document);
  return select(setPage(looked, page), row);
}
