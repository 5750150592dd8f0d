import { checksOf } from '../../../src/scenarios/judgement.ts';
import type { Finding } from '../../../src/timeline/types.ts';
import { say } from '../../../src/words/text.ts';
import { printable } from '../../ladder/glyphs.ts';
import { milliseconds } from '../../ladder/units.ts';
import type { Document } from '../document.ts';
import type { PageView } from '../pages.ts';
import { line, span, spans, type UiStyle } from '../style.ts';

const MARKS: Readonly<Record<Finding['severity'], readonly [word: string, style: UiStyle]>> = {
  warning: ['! warning', 'warning'],
  note: ['* note   ', 'state'],
  chat: ['- chat   ', 'label'],
};

const TICKS = {
  true: ['✓ so     ', 'state'],
  false: ['✗ not so ', 'warning'],
  null: ['? untold ', 'label'],
} as const satisfies Readonly<Record<string, readonly [word: string, style: UiStyle]>>;

/** One line of the page: a check of the scenario, or a finding. */
interface Item {
  readonly mark: readonly [word: string, style: UiStyle];
  readonly text: string;
  readonly isGrave: boolean;
  readonly proof: Pick<Finding, 'calls' | 'packets'>;
}

/** What to look for, and whether it was so; then what is worth noticing, gravest first. Enter goes to the row that proves it. */
export const findings: PageView = {
  title: () => line('  Severity  Where      When          What', 'label'),
  length: (_, { timeline }) => checksOf(timeline).length + timeline.findings.length,
  lines(model, document, top, height) {
    const all = itemsOf(document);
    if (all.length === 0) return [line('  Nothing out of the ordinary was found.', 'reason')];
    return all.slice(top, top + height).map(({ mark, text, isGrave, proof }, offset) => {
      const isChosen = top + offset === (model.cursors.findings ?? 0);
      const row = findingRow(document, proof);
      const where = row === null ? '' : document.numberText(document.timeline.row(row));
      const time =
        row === null ? '' : `${milliseconds(document.timeline.rowTimeNs(row) - document.startNs)} ms`;
      return spans(
        [
          span(isChosen ? '▶ ' : '  ', 'mark'),
          span(`${mark[0]} `, mark[1]),
          span(where.padEnd(9), 'label'),
          span(`${time.padStart(12)}  `, 'label'),
          span(printable(text, false), isGrave ? 'title' : 'reason'),
        ],
        isChosen ? (model.focus === 'main' ? 'selected' : 'dimmed') : 'none',
      );
    });
  },
  target: (_, document, at) => {
    const item = itemsOf(document)[at];
    return item === undefined ? null : findingRow(document, item.proof);
  },
};

function itemsOf({ timeline, words }: Document): readonly Item[] {
  const checks = checksOf(timeline).map((check) => ({
    mark: TICKS[`${check.holds}`],
    text: `${say(check.text)}${check.note === undefined || check.holds === true ? '' : `: ${say(check.note)}`}`,
    isGrave: check.holds === false,
    proof: check,
  }));
  const found = timeline.findings.map((finding) => ({
    mark: MARKS[finding.severity],
    text: words.reason(finding),
    isGrave: finding.severity === 'warning',
    proof: finding,
  }));
  return [...checks, ...found];
}

/** The first row that a finding points at. */
export function findingRow(document: Document, { packets, calls }: Item['proof']): number | null {
  const rows = [
    ...packets.slice(0, 50).map((packet) => document.timeline.rowOfPacket(packet)),
    ...calls.slice(0, 50).map((call) => document.rowOfCall(call)),
  ].filter((row) => row >= 0);
  return rows.length === 0 ? null : Math.min(...rows);
}
