import { type Completion, completions } from '../../src/filter/complete.ts';
import type { FilterError } from '../../src/filter/error.ts';
import { parseFilter } from '../../src/filter/filter.ts';
import { words } from '../../src/words/words.ts';
import type { Model } from './model.ts';
import { expandFilter, readFilterLine } from './saved-filters.ts';

/** What helps while a filter is typed: how it may go on, where it is wrong, and what Enter will do. */
export interface FilterHelp {
  readonly completions: readonly Pick<Completion, 'text' | 'about' | 'from' | 'to'>[];
  readonly error: Pick<FilterError, 'message' | 'hint' | 'from' | 'to'> | null;
  readonly enter: string;
}

const MOST = 200;

export function filterHelp(model: Model, typed: string): FilterHelp {
  const said = words().panes.filter;
  const read = readFilterLine(typed);
  const at = read.kind === 'save' ? read.from : 0;
  const enter =
    read.kind === 'use'
      ? typed.trim() === ''
        ? said.example
        : said.use
      : read.text === ''
        ? said.deletes(read.name)
        : said.saves(read.name);
  const saved = /\$[A-Za-z0-9_-]*$/.exec(typed);
  if (saved !== null && read.kind === 'use') {
    const isList = typed.trim() === saved[0];
    const help = savedHelp(model, typed, saved.index);
    return { ...help, enter: isList ? said.saved : enter };
  }
  return { ...helpFrom(model, typed, at), enter };
}

/** Saved filters whose names begin with what is typed behind $. */
function savedHelp(model: Model, typed: string, from: number): Omit<FilterHelp, 'enter'> {
  const wanted = typed.slice(from + 1).toLowerCase();
  const found = [...model.filters]
    .filter(([name]) => name.toLowerCase().startsWith(wanted))
    .map(([name, text]) => ({ text: `$${name}`, about: text, from, to: typed.length }));
  const isNone = found.length === 0;
  const hint = model.filters.size === 0 ? words().panes.filter.noneYet : '';
  const error = isNone
    ? { message: words().panes.filter.noneBegins(wanted), hint, from, to: typed.length }
    : null;
  return { completions: found, error };
}

function helpFrom(model: Model, typed: string, start: number): Omit<FilterHelp, 'enter'> {
  const { document, filters } = model;
  const subject =
    document === null ? null : { capture: document.session.capture, timeline: document.timeline };
  const { text, typedAt, unknown } = expandFilter(typed.slice(start), filters);
  const place = (at: number): number => start + typedAt(at);
  const found = completions(text, text.length, subject)
    .slice(0, MOST)
    .map((each) => ({ ...each, from: place(each.from), to: typed.length }));
  if (unknown !== null) {
    const message = words().panes.filter.unknown(unknown.name);
    return {
      completions: [],
      error: { message, hint: '', from: start + unknown.from, to: start + unknown.to },
    };
  }
  const parsed = text.trim() === '' ? null : parseFilter(text);
  if (parsed === null || parsed.ok) return { completions: found, error: null };
  const { message, hint, from, to } = parsed.error;
  return {
    completions: found,
    error: { message, hint, from: place(from), to: Math.max(place(to), place(from) + 1) },
  };
}
