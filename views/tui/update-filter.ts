import { parseFilter } from '../../src/filter/filter.ts';
import { words } from '../../src/words/words.ts';
import { filterHelp } from './filter-help.ts';
import type { Model, Overlay } from './model.ts';
import { expandFilter, isFilterName, readFilterLine } from './saved-filters.ts';
import type { Step } from './update-move.ts';

type Prompt = Extract<Overlay, { kind: 'prompt' }>;

const said = (model: Model, text: string): Step => [{ ...model, status: { text, isError: true } }, []];

/** Keys that mean something while a filter is typed; null for all others. */
export function filterKey(model: Model, overlay: Prompt, name: string): Step | null {
  if (name === 'tab' || name === 'down' || name === 'up')
    return [{ ...model, overlay: completed(model, overlay, name) }, []];
  const isPicked = /^\s*\$[A-Za-z0-9_-]*$/.test(overlay.text);
  const chosen = isPicked ? filterHelp(model, overlay.text).completions[overlay.at] : undefined;
  if (chosen === undefined) return null;
  // Enter says once more that it is to go.
  if (name === 'delete') return [{ ...model, overlay: { ...overlay, text: `${chosen.text} = `, at: 0 } }, []];
  if (name === 'enter') return useFilter({ ...model, overlay: null }, chosen.text);
  return null;
}

/** Tab takes the chosen completion, the arrows choose another. */
function completed(model: Model, overlay: Prompt, name: string): Overlay {
  const found = filterHelp(model, overlay.text).completions;
  if (name !== 'tab') {
    const at = Math.max(0, Math.min(overlay.at + (name === 'down' ? 1 : -1), found.length - 1));
    return { ...overlay, at };
  }
  const chosen = found[overlay.at];
  if (chosen === undefined) return overlay;
  const text = `${overlay.text.slice(0, chosen.from)}${chosen.text}${overlay.text.slice(chosen.to)} `;
  return { ...overlay, text, at: 0 };
}

/** What Enter does with the filter line: filters, or saves or deletes a filter. */
export function useFilter(model: Model, typed: string): Step {
  const read = readFilterLine(typed);
  if (read.kind === 'save') return saveFilter(model, read.name, read.text);
  const { text, typedAt, unknown } = expandFilter(typed.trim(), model.filters);
  if (unknown !== null) return said(model, words().panes.filter.unknown(unknown.name));
  const parsed = text === '' ? null : parseFilter(text);
  if (parsed !== null && !parsed.ok) {
    const { message, hint, from } = parsed.error;
    return said(model, `${message}${words().screen.at(typedAt(from) + 1)}${hint === '' ? '' : `: ${hint}`}`);
  }
  const alone = model.filters.get(typed.trim().slice(1));
  if (alone !== undefined && typed.trim().startsWith('$')) return [model, [{ do: 'filter', text: alone }]];
  return [model, [{ do: 'filter', text }]];
}

/** Saves a filter under a name; an empty one deletes what was saved. */
export function saveFilter(model: Model, name: string, typed: string): Step {
  if (!isFilterName(name)) return said(model, words().panes.filter.noName(name));
  if (typed === '') {
    if (!model.filters.has(name)) return said(model, words().panes.filter.unknown(name));
    return [model, [{ do: 'store-filter', name, text: null }]];
  }
  const { text, unknown } = expandFilter(typed, model.filters);
  if (unknown !== null) return said(model, words().panes.filter.unknown(unknown.name));
  const parsed = parseFilter(text);
  if (!parsed.ok)
    return said(model, words().panes.filter.notSaved(parsed.error.message, parsed.error.from + 1));
  // References are put in: what is saved keeps its meaning when another one changes.
  return [
    model,
    [
      { do: 'store-filter', name, text },
      { do: 'filter', text },
    ],
  ];
}
