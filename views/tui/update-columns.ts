import { words } from '../../src/words/words.ts';
import type { Model, Overlay } from './model.ts';
import {
  columnMatches,
  isColumn,
  NARROWEST_COLUMN,
  type PacketColumn,
  usualWidth,
  WIDEST_COLUMN,
} from './packet-columns.ts';
import { usualColumns } from './panes/packets.ts';
import { type Step, setPage } from './update-move.ts';

type Editor = Extract<Overlay, { kind: 'columns' }>;
type Prompt = Extract<Overlay, { kind: 'prompt' }>;

/** Opens the list of columns over the packets view. */
export function editColumns(model: Model): Step {
  if (model.document === null) return [setPage(model, 'packets'), []];
  return [{ ...setPage(model, 'packets'), overlay: { kind: 'columns', at: 0 } }, []];
}

/** The columns that are shown: those chosen, or the usual ones. */
export function columnsOf({ columns, size }: Model): readonly PacketColumn[] {
  return columns ?? usualColumns(size.width);
}

/** What a key does in the list of columns. What is changed is seen at once in the packets behind it. */
export function columnsKey(model: Model, overlay: Editor, name: string): Step {
  const columns = columnsOf(model);
  const { at } = overlay;
  const chosen = columns[at];
  const go = (to: number): Step => [
    { ...model, overlay: { ...overlay, at: Math.max(0, Math.min(to, columns.length - 1)) } },
    [],
  ];
  const change = (next: readonly PacketColumn[], to = at): Step => [
    { ...model, columns: next, overlay: { ...overlay, at: Math.max(0, Math.min(to, next.length - 1)) } },
    [],
  ];
  const widen = (by: number): Step => {
    if (chosen === undefined) return [model, []];
    const width = Math.max(
      NARROWEST_COLUMN,
      Math.min((chosen.width ?? usualWidth(chosen.name)) + by, WIDEST_COLUMN),
    );
    return change(columns.with(at, { ...chosen, width }));
  };
  switch (name) {
    case 'down':
    case 'j':
      return go(at + 1);
    case 'up':
    case 'k':
      return go(at - 1);
    case 'J':
      return change(swapped(columns, at, at + 1), at + 1);
    case 'K':
      return change(swapped(columns, at, at - 1), at - 1);
    case 'right':
    case '+':
      return widen(1);
    case 'left':
    case '-':
      return widen(-1);
    case 'a':
      return [{ ...model, overlay: { kind: 'prompt', purpose: 'column', text: '', at: 0 } }, []];
    case 'x':
    case 'delete':
      return columns.length < 2 ? [model, []] : change(columns.toSpliced(at, 1));
    case 'r':
      return [{ ...model, columns: null, overlay: { ...overlay, at: 0 } }, []];
    case 'W':
      return [{ ...model, overlay: null }, [{ do: 'store-columns', columns: model.columns }]];
    case 'enter':
    case 'escape':
    case 'q':
      return [{ ...model, overlay: null }, []];
    default:
      return [model, []];
  }
}

function swapped(columns: readonly PacketColumn[], one: number, other: number): readonly PacketColumn[] {
  const [a, b] = [columns[one], columns[other]];
  return a === undefined || b === undefined ? columns : columns.with(one, b).with(other, a);
}

/** Keys while the name of a new column is typed; null for all others. */
export function columnKey(model: Model, overlay: Prompt, name: string): Step | null {
  const matches = columnMatches(overlay.text);
  const chosen = matches[overlay.at];
  switch (name) {
    case 'down':
    case 'up': {
      const at = Math.max(0, Math.min(overlay.at + (name === 'down' ? 1 : -1), matches.length - 1));
      return [{ ...model, overlay: { ...overlay, at } }, []];
    }
    case 'tab':
      return [{ ...model, overlay: { ...overlay, text: chosen?.text ?? overlay.text, at: 0 } }, []];
    case 'escape':
      return [{ ...model, overlay: { kind: 'columns', at: 0 } }, []];
    case 'enter':
      return addColumn(
        model,
        isColumn(overlay.text.trim()) ? overlay.text.trim() : (chosen?.text ?? overlay.text),
      );
    default:
      return null;
  }
}

/** Puts a column before the words, which stand last as a rule, else at the end. */
function addColumn(model: Model, name: string): Step {
  const overlay: Overlay = { kind: 'columns', at: 0 };
  if (!isColumn(name))
    return [{ ...model, overlay, status: { text: words().panes.noField(name), isError: true } }, []];
  const columns = columnsOf(model);
  const at = columns.at(-1)?.name === 'info' ? columns.length - 1 : columns.length;
  return [
    { ...model, columns: columns.toSpliced(at, 0, { name, width: null }), overlay: { ...overlay, at } },
    [],
  ];
}
