import { type Completion, completions } from '../../src/filter/complete.ts';
import type { FilterError } from '../../src/filter/error.ts';
import { parseFilter } from '../../src/filter/filter.ts';
import type { Model } from './model.ts';

/** What helps while a filter is typed: how it may go on, and where it is wrong. */
export interface FilterHelp {
  readonly completions: readonly Completion[];
  readonly error: FilterError | null;
}

const MOST = 200;

export function filterHelp({ document }: Model, text: string): FilterHelp {
  const subject =
    document === null ? null : { capture: document.session.capture, timeline: document.timeline };
  const parsed = text.trim() === '' ? null : parseFilter(text);
  return {
    completions: completions(text, text.length, subject).slice(0, MOST),
    error: parsed === null || parsed.ok ? null : parsed.error,
  };
}
