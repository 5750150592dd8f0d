import { findField } from '../../../src/filter/catalog.ts';
import { words } from '../../../src/words/words.ts';
import { shorten } from '../../ladder/line.ts';
import type { Model } from '../model.ts';
import { columnMatches, ownColumn } from '../packet-columns.ts';
import { line, span, spans, type UiLine } from '../style.ts';
import { columnsOf } from '../update-columns.ts';

const SHOWN = 8;

/** The columns of the packets view, in their order, to be changed. */
export function columnLines(model: Model, at: number): readonly UiLine[] {
  const columns = columnsOf(model);
  const room = Math.max(3, Math.min(columns.length, model.size.height - 12));
  const top = Math.max(0, Math.min(at - Math.floor(room / 2), columns.length - room));
  return [
    line(words().panes.columns.title, 'title'),
    ...columns.slice(top, top + room).map(({ name, width }, index) => {
      const about = ownColumn(name) ?? findField(name)?.about ?? '';
      const isChosen = top + index === at;
      return spans(
        [
          span(isChosen ? ' ▶ ' : '   ', 'mark'),
          span(shorten(name, 30, '…').padEnd(31), 'key'),
          span(`${width ?? words().panes.columns.usual}`.padStart(5), 'value'),
          span(`  ${about}`, 'label'),
        ],
        isChosen ? 'selected' : 'none',
      );
    }),
    line(words().panes.columns.keys, 'label'),
  ];
}

/** Over the line on which a new column is typed: what there is. */
export function columnChoices(typed: string, at: number): readonly UiLine[] {
  const matches = columnMatches(typed);
  const top = Math.max(0, Math.min(at - SHOWN + 1, matches.length - SHOWN));
  const lines = matches
    .slice(top, top + SHOWN)
    .map(({ text, about }, index) =>
      spans(
        [span(`   ${text.padEnd(36)}`, 'key'), span(` ${about}`, 'label')],
        top + index === at ? 'selected' : 'box',
      ),
    );
  const hint = matches.length === 0 ? words().panes.columns.none : words().panes.columns.takes;
  return [...lines, line(` ${hint}`, matches.length === 0 ? 'warning' : 'label', 'box')];
}
