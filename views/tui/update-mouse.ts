import { areasOf } from './geometry.ts';
import type { MouseMessage } from './messages.ts';
import type { Model } from './model.ts';
import { pageView } from './pages.ts';
import { tabAt } from './panes/bar.ts';
import { enterAction, paneLength } from './update-enter.ts';
import { homeClick } from './update-home.ts';
import { inWindow, moveBy, rowsOf, type Step, select, setPage, showsRows } from './update-move.ts';
import { dragBorder, isBorder } from './update-pane.ts';

const WHEEL = 3;

/** Wheel scrolls what it is over, a click chooses, a click on the chosen line enters, one on the bar turns the page. */
export function clickAction(model: Model, { action, x, y }: MouseMessage): Step {
  if (model.overlay !== null) return [model, []];
  if (model.quiz !== null) return [quizMouse(model, action, y), []];
  if (action === 'wheel-up' || action === 'wheel-down')
    return [wheel(model, y, action === 'wheel-up' ? -WHEEL : WHEEL), []];
  if (action === 'up') return [model.isDragging ? { ...model, isDragging: false } : model, []];
  if (action === 'drag') return [model.isDragging ? dragBorder(model, y) : model, []];
  if (isBorder(model, y)) return [{ ...model, isDragging: true }, []];
  if (y === 0) {
    const page = tabAt(model, x);
    return [page === null ? model : setPage(model, page), []];
  }
  if (model.page === 'home') return homeClick(model, y);
  const { main, pane } = areasOf(model.size, model.pane);
  if (y >= 2 && y < 2 + main) return clickMain({ ...model, focus: 'main' }, y - 2);
  const line = y - 3 - main;
  if (pane === 0 || line < 0 || line >= pane) return [model, []];
  const at = Math.min(model.pane.top + line, Math.max(0, paneLength(model) - 1));
  const next: Model = { ...model, focus: 'pane', pane: { ...model.pane, at } };
  return model.focus === 'pane' && model.pane.at === at ? enterAction(next) : [next, []];
}

/** While a quiz asks, only its rows can be gone through: the other views would tell. */
function quizMouse(model: Model, action: MouseMessage['action'], y: number): Model {
  if (model.document === null || model.quiz?.phase === 'over' || model.quiz?.phase === 'running')
    return model;
  if (action === 'wheel-up' || action === 'wheel-down')
    return moveBy(model, action === 'wheel-up' ? -WHEEL : WHEEL, paneLength);
  const at = y - 2;
  const isRow = action === 'down' && at >= 0 && at < areasOf(model.size, model.pane).main;
  return isRow ? clickMain(model, at)[0] : model;
}

function clickMain(model: Model, line: number): Step {
  const top = model.tops[model.page] ?? 0;
  if (pageView(model.page) === null) {
    const rows = rowsOf(model);
    return top + line < rows.length ? [select(model, rows.at(top + line)), []] : [model, []];
  }
  if (showsRows(model.page)) return [model, []];
  const at = top + line;
  if (at === (model.cursors[model.page] ?? 0)) return enterAction(model);
  return [inWindow({ ...model, cursors: { ...model.cursors, [model.page]: at } }), []];
}

function wheel(model: Model, y: number, by: number): Model {
  const { main } = areasOf(model.size, model.pane);
  const isOverPane = model.page !== 'home' && model.pane.size !== 'hidden' && y > 2 + main;
  const focus = isOverPane ? 'pane' : 'main';
  return { ...moveBy({ ...model, focus }, by, paneLength), focus: model.focus };
}
