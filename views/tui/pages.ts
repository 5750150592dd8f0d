import type { Document } from './document.ts';
import type { Model, Page } from './model.ts';
import { buffers } from './panes/buffers.ts';
import { compare } from './panes/compare.ts';
import { conversations } from './panes/conversations.ts';
import { findings } from './panes/findings.ts';
import { sequence } from './panes/sequence.ts';
import { sockets } from './panes/sockets.ts';
import { streams } from './panes/streams.ts';
import type { UiLine } from './style.ts';

/** A page whose lines are no rows of the time line. */
export interface PageView {
  title(model: Model, document: Document): UiLine;
  length(model: Model, document: Document): number;
  /** The lines of the window from `top`, of which `at` is the chosen one. */
  lines(model: Model, document: Document, top: number, height: number): readonly UiLine[];
  /** The row that Enter on a line goes to; null where there is none. */
  target(model: Model, document: Document, at: number): number | null;
}

const VIEWS: Partial<Record<Page, PageView>> = {
  compare,
  conversations,
  findings,
  streams,
  buffers,
  sequence,
  sockets,
};

export function pageView(page: Page): PageView | null {
  return VIEWS[page] ?? null;
}

/** How many lines the page that is shown has. */
export function pageLength(model: Model): number {
  const view = pageView(model.page);
  return view === null || model.document === null ? 0 : view.length(model, model.document);
}
