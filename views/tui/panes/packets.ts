import { PROTOCOL } from '../../../capture/columns.ts';
import { words } from '../../../src/words/words.ts';
import { milliseconds } from '../../ladder/units.ts';
import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import { fieldText, isNumeric, type PacketColumn, usualWidth } from '../packet-columns.ts';
import { forScreen } from '../screen-text.ts';
import { line, span, spans, type UiLine, type UiSpan, type UiStyle } from '../style.ts';
import { type Column, cell, titles } from '../table.ts';
import { isHit, linkedRows } from './ladder.ts';

const NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL.tcp]: 'TCP',
  [PROTOCOL.udp]: 'UDP',
  [PROTOCOL.icmp]: 'ICMP',
  [PROTOCOL.icmpv6]: 'ICMPv6',
};

/** A column with what it shows of a packet. */
interface Shown {
  readonly column: Column;
  span(document: Document, index: number, packet: number): UiSpan;
}

/** The columns by the width: each has the room that it needs, and the words, or the last one, have the rest. */
function shownColumns(model: Model, document: Document): readonly Shown[] {
  const { width } = model.size;
  const chosen = model.columns ?? usualColumns(width);
  const widths = chosen.map(({ name, width: own }) => own ?? columnWidth(name, width, document));
  const words = chosen.findIndex(({ name }) => name === 'info');
  const last = words < 0 ? chosen.length - 1 : words;
  const taken = widths.reduce((sum, each, index) => sum + (index === last ? 0 : each + 1), SIGN);
  return chosen.map(({ name, width: own }, index): Shown => {
    const room = index === last && own === null ? Math.max(10, width - taken - 1) : (widths[index] ?? 10);
    return shown(name, room);
  });
}

const SIGN = 2;

export function usualColumns(width: number): readonly PacketColumn[] {
  const names = [
    'number',
    'time',
    'source',
    'destination',
    'protocol',
    ...(width >= 100 ? ['length'] : []),
    'info',
  ];
  return names.map((name) => ({ name, width: null }));
}

function columnWidth(name: string, width: number, document: Document): number {
  const { timeline } = document;
  switch (name) {
    case 'number':
      return Math.max(3, String(document.numbers.count).length);
    case 'time': {
      const last = timeline.rowCount === 0 ? 0n : timeline.rowTimeNs(timeline.rowCount - 1);
      return Math.max(8, milliseconds(last - document.startNs).length);
    }
    case 'source':
    case 'destination': {
      const longest = document.session.capture.columns.length === 0 ? 15 : addressWidth(document);
      return Math.min(longest, width >= 110 ? 45 : 19);
    }
    case 'protocol':
      return 5;
    case 'length':
      return 6;
    default:
      return usualWidth(name);
  }
}

const RIGHT: ReadonlySet<string> = new Set(['number', 'time', 'length']);

function titleOf(name: string): string {
  const titles: Readonly<Record<string, string>> = {
    number: '#',
    time: 'ms',
    ...words().panes.packetColumns,
  };
  return titles[name] ?? name;
}

function shown(name: string, width: number): Shown {
  const column: Column = { title: titleOf(name), width, right: RIGHT.has(name) || isNumeric(name) };
  return {
    column,
    span: (document, index, packet) => {
      const [text, style] = content(document, index, packet, name);
      return span(cell(forScreen(text), column), style);
    },
  };
}

function content(
  document: Document,
  index: number,
  packet: number,
  name: string,
): readonly [string, UiStyle] {
  const { timeline, session } = document;
  const { columns } = session.capture;
  switch (name) {
    case 'number':
      return [String(document.numbers.ofPacket(packet)), 'label'];
    case 'time':
      return [milliseconds(timeline.rowTimeNs(index) - document.startNs), 'plain'];
    case 'source':
      return [ends(document, packet)[0], 'reason'];
    case 'destination':
      return [ends(document, packet)[1], 'reason'];
    case 'protocol':
      return [NAMES[columns.protocol[packet] ?? 0] ?? words().panes.otherProtocol, 'label'];
    case 'length':
      return [String(columns.wireLen[packet] ?? 0), 'plain'];
    case 'info': {
      const { text, style } = document.packets(packet);
      return [text, style];
    }
    default:
      return [fieldText(document, name, packet), 'value'];
  }
}

function addressWidth({ timeline }: Document): number {
  const some = timeline.connections.slice(0, 200);
  return Math.max(11, ...some.flatMap(({ endpointA, endpointB }) => [endpointA.length, endpointB.length]));
}

export function packetsTitle(model: Model, document: Document): UiLine {
  const columns = shownColumns(model, document).map(({ column }) => column);
  return line(`  ${titles(columns).trimEnd()}`, 'label');
}

/** The classic list: one packet a line. */
export function packetLines(model: Model, document: Document, height: number): UiLine[] {
  const { packetRows: rows, selected } = model;
  const columns = shownColumns(model, document);
  const linked = linkedRows(document, selected);
  const top = model.tops.packets ?? 0;
  // Where a call is chosen, the cursor stands at the packet from which it moves on; it is marked, not chosen.
  const isCall = rows.length > 0 && selected >= 0 && rows.at(rows.position(selected)) !== selected;
  const cursor = isCall ? rows.at(rows.position(selected)) : selected;
  const lines: UiLine[] = [];
  for (let position = top; position < Math.min(top + height, rows.length); position++) {
    const index = rows.at(position);
    const row = document.timeline.row(index);
    if (row.kind !== 'packet') continue;
    const isSelected = index === selected;
    const isFound = model.search !== null && isHit(model.search.hits, index);
    const back = isSelected
      ? model.focus === 'main'
        ? 'selected'
        : 'dimmed'
      : linked.has(index)
        ? 'linked'
        : 'none';
    const sign = index === cursor ? '▶' : linked.has(index) ? '●' : isFound ? '*' : ' ';
    lines.push(
      spans(
        [
          span(`${sign} `, isFound ? 'hit' : 'mark'),
          ...columns.map((each) => each.span(document, index, row.packet)),
        ],
        back,
      ),
    );
  }
  return lines;
}

function ends({ timeline }: Document, packet: number): [string, string] {
  const connection = timeline.connections[timeline.connectionOfPacket(packet) ?? -1];
  if (connection === undefined) return ['', ''];
  const { endpointA, endpointB } = connection;
  return timeline.session.capture.columns.direction[packet] === 0
    ? [endpointA, endpointB]
    : [endpointB, endpointA];
}
