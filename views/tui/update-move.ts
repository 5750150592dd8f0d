import { words } from '../../src/words/words.ts';
import { grouped } from '../ladder/units.ts';
import type { Effect } from './actions.ts';
import { areasOf } from './geometry.ts';
import type { Model, Page } from './model.ts';
import { pageLength } from './pages.ts';
import { socketCount, socketRoom } from './panes/sockets.ts';
import { type RowList, scrolled } from './row-list.ts';

export type Step = readonly [Model, readonly Effect[]];

/** Pages on which the cursor is a row of the time line: their lines, or a moment on them. */
export function showsRows(page: Page): boolean {
  return ON_ROWS.has(page);
}

const ON_ROWS: ReadonlySet<Page> = new Set(['ladder', 'packets', 'buffers', 'sequence', 'sockets']);

export function rowsOf(model: Model): RowList {
  return model.page === 'packets' ? model.packetRows : model.rows;
}

/** Chooses a row of the time line, the nearest that is shown, and brings it into the window. */
export function select(model: Model, row: number): Model {
  const { document } = model;
  if (document === null || model.rows.length === 0) return model;
  const rows = rowsOf(model);
  const at = rows.position(row);
  const selected = rows.length === 0 ? model.selected : rows.at(at);
  const isSame = selected === model.selected;
  const pane = isSame ? model.pane : { ...model.pane, at: 0, top: 0 };
  const { timeline } = document;
  const what = timeline.row(selected);
  const connection =
    what.kind === 'packet' ? timeline.connectionOfPacket(what.packet) : timeline.connectionOfCall(what.call);
  const next = { ...model, selected, pane, connection: connection ?? model.connection };
  return inWindow(next);
}

/** What is the last row of a file that is still read is only the last of those that are shown already: that is said. */
export function withSoFar(model: Model): Model {
  const { loading, document } = model;
  if (loading === null || document?.extent !== 'loading') return model;
  const text = words().status.soFar(grouped(loading.rows), grouped(document.timeline.rowCount));
  return { ...model, status: { text, isError: false } };
}

/** Chooses a row as `select` does, and remembers the way back. */
export function jump(model: Model, row: number): Model {
  return { ...select(model, row), trail: [...model.trail, model.selected].slice(-50), follow: false };
}

/** Moves the window so that the cursor is in it. */
export function inWindow(model: Model): Model {
  const { page } = model;
  // The table of sockets is of one moment: its window is moved by the page keys alone.
  if (page === 'sockets') return model;
  const rows = rowsOf(model);
  const isRows = showsRows(page);
  const at = isRows ? rows.position(model.selected) : (model.cursors[page] ?? 0);
  const length = isRows ? rows.length : pageLength(model);
  const { main } = areasOf(model.size, model.pane);
  const top = scrolled(model.tops[page] ?? 0, at, main, length);
  return model.tops[page] === top ? model : { ...model, tops: { ...model.tops, [page]: top } };
}

type PaneLength = (model: Model) => number;

export function moveBy(model: Model, by: number, paneLength: PaneLength): Model {
  if (model.focus === 'pane') {
    const at = clamp(model.pane.at + by, paneLength(model));
    return { ...model, pane: { ...model.pane, at } };
  }
  if (showsRows(model.page)) {
    const rows = rowsOf(model);
    const at = clamp(rows.position(model.selected) + by, rows.length);
    return { ...select(model, rows.at(at)), follow: false };
  }
  const at = clamp((model.cursors[model.page] ?? 0) + by, pageLength(model));
  return inWindow({ ...model, cursors: { ...model.cursors, [model.page]: at } });
}

/** The page keys: by a share of the window; they move the table of sockets, and not in time. */
export function movePage(model: Model, share: number, window: number, paneLength: PaneLength): Model {
  const { document, page, focus, tops } = model;
  if (page !== 'sockets' || focus === 'pane' || document === null)
    return moveBy(model, Math.round(share * window), paneLength);
  const room = socketRoom(areasOf(model.size, model.pane).main);
  const last = Math.max(0, socketCount(model, document) - room);
  const now = Math.min(tops.sockets ?? 0, last);
  const top = Math.max(0, Math.min(now + Math.round(share * room), last));
  return { ...model, tops: { ...tops, sockets: top } };
}

export function moveTo(model: Model, end: 'first' | 'last', paneLength: PaneLength): Model {
  return moveBy(model, end === 'first' ? -1e9 : 1e9, paneLength);
}

export function setPage(model: Model, page: Page): Model {
  if (page !== 'home' && model.document === null)
    return {
      ...model,
      status: { text: words().status.notOpen, isError: false },
    };
  const next: Model = { ...model, page, focus: 'main' };
  return page === 'home' ? next : inWindow(next);
}

function clamp(value: number, length: number): number {
  return Math.max(0, Math.min(value, length - 1));
}
