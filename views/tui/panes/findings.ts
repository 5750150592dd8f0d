import { checksOf } from '../../../src/scenarios/judgement.ts';
import type { Finding } from '../../../src/timeline/types.ts';
import { say } from '../../../src/words/text.ts';
import { words } from '../../../src/words/words.ts';
import { printable } from '../../ladder/glyphs.ts';
import { milliseconds } from '../../ladder/units.ts';
import type { Document } from '../document.ts';
import { rowOf } from '../found.ts';
import type { PageView } from '../pages.ts';
import { line, span, spans, type UiStyle } from '../style.ts';

const MARK_STYLES: Readonly<Record<Finding['severity'], UiStyle>> = {
  warning: 'warning',
  note: 'state',
  chat: 'label',
};
const TICK_STYLES = { true: 'state', false: 'warning', null: 'label' } as const;
/** Columns for the word of severity, in the longest of the languages. */
const MARK_WIDTH = 12;

/** One line of the page: a check of the scenario, or a finding. */
interface Item {
  readonly mark: readonly [word: string, style: UiStyle];
  readonly text: string;
  readonly isGrave: boolean;
  readonly proof: Pick<Finding, 'calls' | 'packets'>;
}

/** What to look for, and whether it was so; then what is worth noticing, gravest first. Enter goes to the row that proves it. */
export const findings: PageView = {
  title: (_, document) => {
    return line(words().screen.findingsTitle(document.found?.isDone !== true), 'label');
  },
  length: (_, document) => checksOf(document.timeline).length + (document.found?.list.all.length ?? 0),
  lines(model, document, top, height) {
    const items = itemsOf(document, top, height);
    if (items.length === 0 && top === 0) {
      const text = document.found === null ? words().screen.lookingThrough : words().screen.nothingFound;
      return [line(`  ${text}`, 'reason')];
    }
    return items.map(({ mark, text, isGrave, proof }, offset) => {
      const isChosen = top + offset === (model.cursors.findings ?? 0);
      const row = rowOf(document.timeline, proof);
      const where = row === null ? '' : document.numberText(document.timeline.row(row));
      const time = row === null ? '' : `${milliseconds(document.numberedTime(row))} ms`;
      return spans(
        [
          span(isChosen ? '▶ ' : '  ', 'mark'),
          span(`${mark[0].padEnd(MARK_WIDTH)} `, mark[1]),
          span(where.padEnd(9), 'label'),
          span(`${time.padStart(12)}  `, 'label'),
          span(printable(text, false), isGrave ? 'title' : 'reason'),
        ],
        isChosen ? (model.focus === 'main' ? 'selected' : 'dimmed') : 'none',
      );
    });
  },
  target: (_, document, at) => {
    const [item] = itemsOf(document, at, 1);
    return item === undefined ? null : rowOf(document.timeline, item.proof);
  },
};

/** Lines `top` … of the page. */
function itemsOf(document: Document, top: number, height: number): readonly Item[] {
  const checks = checksOf(document.timeline).map((check) => ({
    mark: [words().screen.ticks[`${check.holds}`], TICK_STYLES[`${check.holds}`]] as const,
    text: `${say(check.text)}${check.note === undefined || check.holds === true ? '' : `: ${say(check.note)}`}`,
    isGrave: check.holds === false,
    proof: check,
  }));
  const from = Math.max(0, top - checks.length);
  const to = Math.max(0, top + height - checks.length);
  const found = (document.found?.list.all ?? []).slice(from, to).map((each) => ({
    mark: [words().screen.severities[each.severity], MARK_STYLES[each.severity]] as const,
    text: each.text(),
    isGrave: each.severity === 'warning',
    proof: each.proof,
  }));
  return [...checks.slice(top, top + height), ...found];
}
