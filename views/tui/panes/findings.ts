import type { Finding } from '../../../src/timeline/types.ts';
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

/** What is worth noticing, gravest first; Enter goes to the row that proves it. */
export const findings: PageView = {
  title: () => line('  Severity  Where      When          What', 'label'),
  length: (_, document) => document.timeline.findings.length,
  lines(model, document, top, height) {
    const all = document.timeline.findings;
    if (all.length === 0) return [line('  Nothing out of the ordinary was found.', 'reason')];
    return all.slice(top, top + height).map((finding, offset) => {
      const isChosen = top + offset === (model.cursors.findings ?? 0);
      const [mark, style] = MARKS[finding.severity];
      const row = findingRow(document, finding);
      const where = row === null ? '' : document.numberText(document.timeline.row(row));
      const time =
        row === null ? '' : `${milliseconds(document.timeline.rowTimeNs(row) - document.startNs)} ms`;
      return spans(
        [
          span(isChosen ? '▶ ' : '  ', 'mark'),
          span(`${mark} `, style),
          span(where.padEnd(9), 'label'),
          span(`${time.padStart(12)}  `, 'label'),
          span(
            printable(document.words.reason(finding), false),
            finding.severity === 'warning' ? 'title' : 'reason',
          ),
        ],
        isChosen ? (model.focus === 'main' ? 'selected' : 'dimmed') : 'none',
      );
    });
  },
  target: (_, document, at) => {
    const finding = document.timeline.findings[at];
    return finding === undefined ? null : findingRow(document, finding);
  },
};

/** The first row that a finding points at. */
export function findingRow(document: Document, { packets, calls }: Finding): number | null {
  const rows = [
    ...packets.slice(0, 50).map((packet) => document.timeline.rowOfPacket(packet)),
    ...calls.slice(0, 50).map((call) => document.rowOfCall(call)),
  ].filter((row) => row >= 0);
  return rows.length === 0 ? null : Math.min(...rows);
}
