import { words } from '../../../src/words/words.ts';
import { duration, grouped } from '../../ladder/units.ts';
import type { ConnectionCounts } from '../connection-counts.ts';
import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import type { PageView } from '../pages.ts';
import { FLOW_STYLES, line, span, spans, type UiLine, type UiSpan } from '../style.ts';
import { type Column, cell, titles } from '../table.ts';

const NUMBER = { width: 7, right: true };
const PACKETS = { width: 8, right: true };
const SENT = { width: 10, right: true };
const CAME = { width: 10, right: true };
const TIME = { width: 8, right: true };
const PROBLEMS = { width: 5, right: true };

/** The columns with their titles. */
function headed(model: Model): readonly Column[] {
  const said = words().panes.conversationColumns;
  return [
    { ...NUMBER, title: said.stream },
    { ...endsColumn(model), title: said.ends },
    { ...PACKETS, title: said.packets },
    { ...SENT, title: said.sent },
    { ...CAME, title: said.came },
    { ...TIME, title: said.time },
    { ...PROBLEMS, title: said.found },
  ];
}

function endsColumn(model: Model): Omit<Column, 'title'> {
  const taken = [NUMBER, PACKETS, SENT, CAME, TIME, PROBLEMS].reduce((sum, { width }) => sum + width + 1, 0);
  return { width: Math.max(14, Math.min(60, model.size.width - taken - 3)) };
}

/** The connections, one a line. */
export const conversations: PageView = {
  title(model) {
    return line(`  ${titles(headed(model)).trimEnd()}`, 'label');
  },
  length: (_, document) => document.timeline.connections.length,
  lines(model, document, top, height) {
    const { connections } = document.timeline;
    if (connections.length === 0) return [line(words().panes.noConversation, 'reason')];
    const lines: UiLine[] = [];
    for (let index = top; index < Math.min(top + height, connections.length); index++)
      lines.push(connectionLine(model, document, index));
    return lines;
  },
  target: (_, document, at) => {
    const flow = document.timeline.connections[at]?.flow;
    return flow === undefined
      ? null
      : document.timeline.rowOfPacket(document.session.capture.flows.get(flow).firstRow);
  },
};

function connectionLine(model: Model, document: Document, index: number): UiLine {
  const connection = document.timeline.connections[index];
  if (connection === undefined) return line('');
  const { protocol, endpointA, endpointB, client, flow, roleA, roleB } = connection;
  const isA = client === 'a';
  const named = (endpoint: string, role: string | null): string =>
    role === null ? endpoint : model.size.width < 110 ? role : `${role} ${endpoint}`;
  const [a, b] = [named(endpointA, roleA), named(endpointB, roleB)];
  const isChosen = index === (model.cursors.conversations ?? 0);
  const style = FLOW_STYLES[index % FLOW_STYLES.length] ?? 'data';
  const { stream } = document.session.capture.flows.get(flow);
  return spans(
    [
      span(isChosen ? '▶ ' : '  ', 'mark'),
      span(cell(`${protocol} ${stream}`, NUMBER), 'label'),
      span(
        cell(isA ? `${a} → ${b}` : `${b} → ${a}`, endsColumn(model)),
        document.timeline.connections.length > 1 ? style : 'data',
      ),
      ...countSpans(document.counts(index), isA),
      span(cell(foundText(document, index), PROBLEMS).trimEnd(), 'warning'),
    ],
    isChosen ? (model.focus === 'main' ? 'selected' : 'dimmed') : 'none',
  );
}

function countSpans(counts: ConnectionCounts | null, isA: boolean): UiSpan[] {
  if (counts === null)
    return [span(cell('…', PACKETS), 'label'), span(' '.repeat(SENT.width + CAME.width + TIME.width + 3))];
  const { packets, bytesFromA, bytesFromB, firstNs, lastNs } = counts;
  return [
    span(cell(grouped(packets), PACKETS)),
    span(cell(grouped(isA ? bytesFromA : bytesFromB), SENT)),
    span(cell(grouped(isA ? bytesFromB : bytesFromA), CAME)),
    span(cell(duration(lastNs - firstNs), TIME)),
  ];
}

function foundText(document: Document, connection: number): string {
  if (document.found === null) return '…';
  const count = document.found.list.ofConnection[connection] ?? 0;
  return count === 0 ? '' : grouped(count);
}
