import { PROTOCOL } from '../../../capture/columns.ts';
import { milliseconds } from '../../ladder/units.ts';
import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import { line, span, spans, type UiLine } from '../style.ts';
import { type Column, cell, titles } from '../table.ts';
import { isHit, linkedRows } from './ladder.ts';

const NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL.tcp]: 'TCP',
  [PROTOCOL.udp]: 'UDP',
  [PROTOCOL.icmp]: 'ICMP',
  [PROTOCOL.icmpv6]: 'ICMPv6',
};

interface Shape {
  readonly number: Column;
  readonly time: Column;
  readonly source: Column;
  readonly destination: Column;
  readonly protocol: Column;
  readonly length?: Column;
  readonly info: Column;
}

/** Columns by the width: addresses have as much room as they may need, the rest is for the summary. */
function shapeOf(model: Model, document: Document): Shape {
  const { width } = model.size;
  const { timeline } = document;
  const last = timeline.rowCount === 0 ? 0n : timeline.rowTimeNs(timeline.rowCount - 1);
  const time = Math.max(8, milliseconds(last - document.startNs).length);
  const number = Math.max(3, String(document.numbers.count).length);
  const longest = document.session.capture.columns.length === 0 ? 15 : addressWidth(document);
  const address = Math.min(longest, width >= 110 ? 45 : 19);
  const protocol = 5;
  const length = width >= 100 ? 6 : 0;
  const taken = 3 + number + 1 + time + 1 + (address + 1) * 2 + protocol + 1 + (length > 0 ? length + 1 : 0);
  return {
    number: { title: '#', width: number, right: true },
    time: { title: 'ms', width: time, right: true },
    source: { title: 'Source', width: address },
    destination: { title: 'Destination', width: address },
    protocol: { title: 'Proto', width: protocol },
    ...(length > 0 && { length: { title: 'Bytes', width: length, right: true } }),
    info: { title: 'Info', width: Math.max(10, width - taken) },
  };
}

function addressWidth({ timeline }: Document): number {
  const some = timeline.connections.slice(0, 200);
  return Math.max(11, ...some.flatMap(({ endpointA, endpointB }) => [endpointA.length, endpointB.length]));
}

export function packetsTitle(model: Model, document: Document): UiLine {
  const shape = shapeOf(model, document);
  return line(`  ${titles(Object.values(shape)).trimEnd()}`, 'label');
}

/** The classic list: one packet a line. */
export function packetLines(model: Model, document: Document, height: number): UiLine[] {
  const { packetRows: rows, selected } = model;
  const shape = shapeOf(model, document);
  const linked = linkedRows(document, selected);
  const top = model.tops.packets ?? 0;
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
    const sign = isSelected ? '▶' : linked.has(index) ? '●' : isFound ? '*' : ' ';
    lines.push(
      spans(
        [span(`${sign} `, isFound ? 'hit' : 'mark'), ...packetSpans(document, index, row.packet, shape)],
        back,
      ),
    );
  }
  return lines;
}

function packetSpans(document: Document, index: number, packet: number, shape: Shape) {
  const { timeline, session } = document;
  const { columns } = session.capture;
  const [source, destination] = ends(document, packet);
  const { text, style } = document.packets(packet);
  const time = milliseconds(timeline.rowTimeNs(index) - document.startNs);
  return [
    span(cell(String(document.numbers.ofPacket(packet)), shape.number), 'label'),
    span(cell(time, shape.time)),
    span(cell(source, shape.source) + cell(destination, shape.destination), 'reason'),
    span(cell(NAMES[columns.protocol[packet] ?? 0] ?? 'other', shape.protocol), 'label'),
    ...(shape.length === undefined ? [] : [span(cell(String(columns.wireLen[packet] ?? 0), shape.length))]),
    span(cell(text, shape.info), style),
  ];
}

function ends({ timeline }: Document, packet: number): [string, string] {
  const connection = timeline.connections[timeline.connectionOfPacket(packet) ?? -1];
  if (connection === undefined) return ['', ''];
  const { endpointA, endpointB } = connection;
  return timeline.session.capture.columns.direction[packet] === 0
    ? [endpointA, endpointB]
    : [endpointB, endpointA];
}
