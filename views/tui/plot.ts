import { words } from '../../src/words/words.ts';
import { grouped, milliseconds } from '../ladder/units.ts';
import { DotPlot } from './braille.ts';
import type { Document } from './document.ts';
import { PACKETS_A_STEP } from './packet-rows.ts';
import type { FlowSeries, Series } from './series.ts';
import { line, span, spans, type UiLine, type UiSpan, type UiStyle } from './style.ts';

/** Columns left of a plot: its name and its scale. */
export const AXIS = 14;

/** One layer of dots with its colour; where layers meet, the later one is seen. */
export interface Layer {
  readonly dots: DotPlot;
  readonly style: UiStyle;
  /** The sign of this layer where there is no braille. */
  readonly sign: string;
}

/** Lines of a plot with its axis; `cursor` is the column of the chosen moment. */
export function plotLines(
  layers: readonly Layer[],
  labels: readonly string[],
  cursor: number,
  ascii: boolean,
): UiLine[] {
  const first = layers[0];
  if (first === undefined) return [];
  const { width, height } = first.dots;
  return Array.from({ length: height }, (_, row) => {
    const parts: UiSpan[] = [
      span(`${(labels[row] ?? '').padStart(AXIS - 2)} `, 'label'),
      span(ascii ? '|' : '│', 'border'),
    ];
    for (let column = 0; column < width; column++) {
      const layer = layers.findLast(({ dots }) => dots.isSet(column, row));
      const bar = ascii ? ':' : '┊';
      if (layer === undefined) parts.push(span(column === cursor ? bar : ' ', 'mark'));
      else
        parts.push(
          span(ascii ? layer.sign : layer.dots.char(column, row), column === cursor ? 'mark' : layer.style),
        );
    }
    return spans(parts);
  });
}

/** The time axis under a plot: the ladder's own times, in ms since the session's first row. */
export function timeAxis(document: Document, { startNs, lastSecond }: FlowSeries, width: number): UiLine {
  const from = startNs - document.startNs;
  const text = (part: number): string => milliseconds(from + BigInt(Math.round(lastSecond * part * 1e9)));
  const last = text(1);
  const parts = TICKS.find((count) => width >= (count + 1) * (last.length + 4)) ?? 1;
  const marks = new Array<string>(width).fill(' ');
  for (let tick = 0; tick <= parts; tick++) {
    const label = tick === parts ? `${last} ms` : text(tick / parts);
    const at = Math.round((tick / parts) * (width - 1));
    const begin = tick === 0 ? 0 : Math.min(width - label.length, at - label.length + 1);
    for (const [index, char] of [...label].entries()) if (begin + index >= 0) marks[begin + index] = char;
  }
  return line(`${`${words().panes.time} `.padStart(AXIS)}${marks.join('')}`, 'label');
}

/** In how many parts the axis is divided: as many as there is room for. */
const TICKS = [4, 2];

/** A series as steps: its value holds until the next one; there is a gap where it is not known (NaN). Larger values than `most` stand beyond the top. In steps. */
export function* stepPlot(
  { length, times, values }: Series,
  width: number,
  height: number,
  seconds: number,
  most: number,
): Generator<void, DotPlot> {
  const plot = new DotPlot(width, height);
  const y = (value: number): number => (most === 0 ? 0 : value / most);
  const x = (time: number): number => (seconds === 0 ? 0 : time / seconds);
  let before = { time: times[0] ?? 0, value: values[0] ?? 0, cell: -1 };
  for (let at = 0; at < length; at++) {
    if (at % PACKETS_A_STEP === 0) yield;
    const time = times[at] ?? 0;
    const value = values[at] ?? 0;
    const cell = plot.cellOf(x(time), y(value));
    // Thousands of packets may share a dot.
    if (cell === before.cell) continue;
    if (Number.isNaN(value)) plot.level(x(before.time), y(before.value), x(time));
    else if (Number.isNaN(before.value)) plot.dot(x(time), y(value));
    else if (at > 0) plot.step(x(before.time), y(before.value), x(time), y(value));
    before = { time, value, cell };
  }
  if (length > 0 && !Number.isNaN(before.value)) plot.level(x(before.time), y(before.value), 1);
  return plot;
}

/** The column of the chosen row's time; -1 when it is not on the plot. */
export function cursorColumn(
  document: Document,
  selected: number,
  { startNs, lastSecond }: FlowSeries,
  width: number,
): number {
  const at = Number(document.timeline.rowTimeNs(selected) - startNs) / 1e9;
  const column = lastSecond === 0 ? 0 : Math.round((at / lastSecond) * (width - 1));
  return column < 0 || column >= width ? -1 : column;
}

/** The labels of an axis from 0 at the bottom to `most` at the top, with a name between. */
export function axisLabels(name: string, most: number, height: number): string[] {
  const labels = new Array<string>(height).fill('');
  labels[0] = grouped(most);
  if (height > 1) labels[height - 1] = '0';
  if (height > 2) labels[1] = name;
  else labels[0] = `${name} ${grouped(most)}`;
  return labels;
}
