import { words } from '../../../src/words/words.ts';
import { glyphsFor } from '../../ladder/glyphs.ts';
import { headOf, laneOfEnd, putHeads } from '../../ladder/lane-heads.ts';
import { Canvas } from '../../ladder/line.ts';
import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import { isVeiled, veilOf } from '../quiz.ts';
import { FLOW_STYLES, line, span, spans, type UiLine, type UiSpan, type UiStyle } from '../style.ts';

const IDLE_NS = 100_000_000n;
const ASCII_SIGNS: Readonly<Record<string, string>> = { '▶': '>', '●': 'o', '⋮': ':' };

/** Rows that are linked to the chosen one, in either direction. */
export function linkedRows(document: Document, selected: number): ReadonlySet<number> {
  const { timeline } = document;
  const rows = new Set<number>();
  if (timeline.rowCount === 0 || selected < 0) return rows;
  const row = timeline.row(selected);
  const addCall = (call: number): void => {
    rows.add(timeline.rowOfEntry(call));
    rows.add(timeline.rowOfReturn(call));
  };
  if (row.kind === 'packet') for (const { call } of timeline.linksOfPacket(row.packet)) addCall(call);
  else {
    addCall(row.call);
    for (const { packet } of timeline.linksOfCall(row.call)) rows.add(timeline.rowOfPacket(packet));
  }
  rows.delete(selected);
  return rows;
}

/** The line over the ladder: whose lanes they are, and the TCP state of both ends at the chosen row. */
export function ladderTitle(model: Model, document: Document): UiLine {
  const { timeline } = document;
  const { geometry, lanes, connections } = document.ladder(model.size.width, model.ascii).section;
  const canvas = new Canvas(model.size.width);
  const margin = geometry.margin ?? 0;
  const isQuiz = isVeiled(model);
  const times = margin + geometry.numberWidth + geometry.timeWidth;
  if (!isQuiz) {
    canvas.putBefore(margin + geometry.numberWidth - 1, '#', 'plain');
    canvas.putBefore(times, 'ms', 'plain');
    if (geometry.deltaWidth > 0) canvas.putBefore(times + 1 + geometry.deltaWidth, 'Δ', 'plain');
    if (geometry.notes !== null) canvas.put(geometry.notes.at, words().screen.short.why, 'plain');
  }
  const heads = lanes.map((lane) => headOf(lane, connections));
  const states = timeline.rowCount === 0 || isQuiz ? null : timeline.states(model.selected);
  const connection = isQuiz ? undefined : timeline.connections[states?.connection ?? model.connection];
  if (connection !== undefined) {
    const [a, b] = states === null ? ['', ''] : [` ${states.a}`, ` ${states.b}`];
    const [client, server] = connection.client === 'a' ? [a, b] : [b, a];
    const add = (side: 'client' | 'server', state: string): void => {
      const lane = laneOfEnd(lanes, connection, side);
      heads[lane] = `${heads[lane] ?? ''}${connection.isGuessed ? '?' : ''}${state}`;
    };
    add('client', client);
    add('server', server);
  }
  const { ellipsis } = glyphsFor(model.ascii);
  putHeads(canvas, lanes, geometry.columns, heads, { style: 'plain', ellipsis });
  const text = canvas.line().map((part) => part.text);
  return line(text.join(''), 'label');
}

/** Lines of the ladder for the window that is shown. */
export function ladderLines(model: Model, document: Document, height: number): UiLine[] {
  const { rows, selected, size, search } = model;
  const top = model.tops.ladder ?? 0;
  const frame = document.ladder(size.width, model.ascii);
  const linked = model.quiz === null ? linkedRows(document, selected) : new Set(model.quiz.proof);
  const lines: UiLine[] = [];
  for (let position = top; position < Math.min(top + height, rows.length); position++) {
    const index = rows.at(position);
    const gap =
      position === 0
        ? 0n
        : document.timeline.rowTimeNs(index) - document.timeline.rowTimeNs(rows.at(position - 1));
    const isHidden = model.replay !== null && document.timeline.rowTimeNs(index) > model.replay.timeNs;
    if (isHidden) break;
    const drawn = frame.row(index, gap, veilOf(model, index));
    lines.push(
      decorated(model, document, index, drawn, {
        isLinked: linked.has(index),
        isIdle: gap >= IDLE_NS && !isVeiled(model),
        isHit: search !== null && isHit(search.hits, index),
      }),
    );
  }
  return lines;
}

interface Signs {
  readonly isLinked: boolean;
  readonly isIdle: boolean;
  readonly isHit: boolean;
}

/** Adds the signs of selected, linked, marked and found rows in the gutter, and the colour of the connection. */
function decorated(
  model: Model,
  document: Document,
  index: number,
  drawn: readonly UiSpan[],
  signs: Signs,
): UiLine {
  const isSelected = index === model.selected;
  const mark = Object.entries(model.marks).find(([, row]) => row === index)?.[0] ?? ' ';
  const sign = isSelected ? '▶' : signs.isLinked ? '●' : signs.isHit ? '*' : signs.isIdle ? '⋮' : ' ';
  const text = model.ascii ? (ASCII_SIGNS[sign] ?? sign) : sign;
  const first = drawn[0];
  const rest = first === undefined ? [] : [span(first.text.slice(2), first.style), ...drawn.slice(1)];
  const body = document.timeline.connections.length > 1 ? coloured(document, index, rest) : rest;
  const style: UiStyle = signs.isHit && !isSelected ? 'hit' : 'mark';
  const back = isSelected
    ? model.focus === 'main'
      ? 'selected'
      : 'dimmed'
    : signs.isLinked
      ? 'linked'
      : 'none';
  return spans([span(text, style), span(mark, 'mark'), ...body], back);
}

/** Packets of several connections bear the colour of theirs, but for the alarming ones. */
function coloured(document: Document, index: number, parts: readonly UiSpan[]): UiSpan[] {
  const { timeline } = document;
  const row = timeline.row(index);
  if (row.kind !== 'packet') return [...parts];
  const connection = timeline.connectionOfPacket(row.packet);
  const { style } = document.packets(row.packet);
  if (connection === null || style === 'rst' || style === 'lost') return [...parts];
  const flow = FLOW_STYLES[connection % FLOW_STYLES.length] ?? style;
  return parts.map((part) =>
    part.style === style && part.text.trim() !== '' ? span(part.text, flow) : part,
  );
}

/** Whether a row is among ascending hits. */
export function isHit(hits: Uint32Array, row: number): boolean {
  let low = 0;
  let high = hits.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = hits[middle] ?? 0;
    if (value === row) return true;
    if (value < row) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
