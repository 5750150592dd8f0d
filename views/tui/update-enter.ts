import type { Effect } from './actions.ts';
import type { Model } from './model.ts';
import { pageView } from './pages.ts';
import { paneContent } from './pane-view.ts';
import { enterCompared } from './update-compare.ts';
import { jump, type Step, setPage, showsRows } from './update-move.ts';

const NONE: readonly Effect[] = [];

export function paneLength(model: Model): number {
  return paneContent(model).lines.length;
}

/** Enter: goes to what the cursor stands on. */
export function enterAction(model: Model): Step {
  const { document, page } = model;
  if (document === null) return [model, NONE];
  if (page === 'compare') return [enterCompared(model), NONE];
  if (model.focus === 'pane') {
    const target = paneContent(model).targets[model.pane.at] ?? null;
    if (target === null) return [model, NONE];
    const at = showsRows(page) ? model : setPage(model, 'ladder');
    return [{ ...jump(at, target), focus: 'pane' }, NONE];
  }
  if (showsRows(page)) {
    // The first row that proves something: one key more follows it.
    const pane = model.pane.size === 'hidden' ? { ...model.pane, size: 'shown' as const } : model.pane;
    const next: Model = { ...model, focus: 'pane', pane };
    const first = paneContent(next).targets.findIndex((target) => target !== null);
    return [{ ...next, pane: { ...pane, at: pane.kind === 'why' && first >= 0 ? first : pane.at } }, NONE];
  }
  const target = pageView(page)?.target(model, document, model.cursors[page] ?? 0) ?? null;
  if (target === null || target < 0) return [model, NONE];
  return [jump(setPage(model, 'ladder'), target), NONE];
}
