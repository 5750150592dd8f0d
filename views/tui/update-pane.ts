import { areasOf } from './geometry.ts';
import type { Model } from './model.ts';
import { inWindow } from './update-move.ts';

/** More or fewer lines for the pane; null: as many as usual. A pane that was hidden or whole is shown again. */
export function resizePane(model: Model, by: number | null): Model {
  if (by === null) return withLines(model, null);
  const shown = { ...model.pane, size: 'shown' as const };
  return withLines(model, areasOf(model.size, shown).pane + by);
}

/** Whether a line of the screen is the border over the pane. */
export function isBorder(model: Model, y: number): boolean {
  const { main, pane } = areasOf(model.size, model.pane);
  return model.page !== 'home' && model.document !== null && pane > 0 && y === 2 + main;
}

/** The border at a line of the screen: the pane has what is under it, but for the last line. */
export function dragBorder(model: Model, y: number): Model {
  return withLines(model, model.size.height - 2 - y);
}

function withLines(model: Model, lines: number | null): Model {
  const asked: Model = { ...model, pane: { ...model.pane, size: 'shown', lines } };
  if (lines === null) return inWindow(asked);
  // What the screen has no room for is not kept: the next step the other way is seen at once.
  const { pane } = areasOf(model.size, asked.pane);
  return inWindow({ ...asked, pane: { ...asked.pane, lines: pane } });
}
