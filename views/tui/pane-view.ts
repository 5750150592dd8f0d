import { areasOf, WIDE } from './geometry.ts';
import type { Model } from './model.ts';
import type { PaneContent } from './pane-content.ts';
import { comparedContent } from './panes/compare.ts';
import { detailsContent } from './panes/details.ts';
import { sourceContent } from './panes/source.ts';
import { whyContent } from './panes/why.ts';

const NOTHING: PaneContent = { title: '', lines: [], targets: [] };

/** What the pane under the main part holds for the chosen row. */
export function paneContent(model: Model): PaneContent {
  const { document, selected, pane, size } = model;
  if (document === null || document.timeline.rowCount === 0) return NOTHING;
  const height = areasOf(size, pane).pane;
  const width = isSplit(model) ? Math.floor(size.width / 2) : size.width;
  if (model.page === 'compare') return comparedContent(model, width);
  switch (pane.kind) {
    case 'why':
      return whyContent(document, selected, width);
    case 'details':
      return detailsContent(document, selected, pane.at, width, height);
    case 'source':
      return sourceContent(document, selected);
    default:
      return pane.kind satisfies never;
  }
}

/** On a wide screen the details stand beside the reason. */
export function isSplit({ size, pane, page }: Model): boolean {
  return size.width >= WIDE && (pane.kind !== 'details' || page === 'compare') && pane.size !== 'hidden';
}
