import { words } from '../../src/words/words.ts';
import { duration, grouped, milliseconds } from '../ladder/units.ts';
import { DotPlot } from './braille.ts';
import type { Document } from './document.ts';
import { PACKETS_A_STEP } from './packet-rows.ts';
import { FOLD_COLUMNS, type PlotTime } from './plot-time.ts';
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
  time: PlotTime,
  cursor: number,
  ascii: boolean,
): UiLine[] {
  const first = layers[0];
  if (first === undefined) return [];
  const { width, height } = first.dots;
  const folded = new Set(time.folds.flatMap(({ column }) => [column, column + 1]));
  return Array.from({ length: height }, (_, row) => {
    const parts: UiSpan[] = [
      span(`${(labels[row] ?? '').padStart(AXIS - 2)} `, 'label'),
      span(ascii ? '|' : '│', 'border'),
    ];
    for (let column = 0; column < width; column++) {
      const layer = layers.findLast(({ dots }) => dots.isSet(column, row));
      const bar = ascii ? ':' : '┊';
      if (folded.has(column)) parts.push(span(foldSign(ascii), column === cursor ? 'mark' : 'border'));
      else if (layer === undefined) parts.push(span(column === cursor ? bar : ' ', 'mark'));
      else
        parts.push(
          span(ascii ? layer.sign : layer.dots.char(column, row), column === cursor ? 'mark' : layer.style),
        );
    }
    return spans(parts);
  });
}

const foldSign = (ascii: boolean): string => (ascii ? '~' : '≈');

/**
 * The time axis under a plot: the ladder's own times, in ms since the session's first row; under it, where pauses are
 * folded, how long each of them was.
 */
export function timeAxis(
  document: Document,
  { startNs, lastSecond }: FlowSeries,
  time: PlotTime,
  ascii: boolean,
): UiLine[] {
  const { width, folds } = time;
  const from = startNs - document.startNs;
  const text = (second: number): string => milliseconds(from + BigInt(Math.round(second * 1e9)));
  const ticks = new Labels(width);
  const end = `${text(lastSecond)} ms`;
  ticks.put(0, text(0));
  ticks.put(width - end.length, end);
  if (folds.length === 0) {
    const parts = TICKS.find((count) => width >= (count + 1) * (end.length + 1)) ?? 1;
    for (let tick = 1; tick < parts; tick++) {
      const label = text((lastSecond * tick) / parts);
      ticks.put(Math.round((tick / parts) * (width - 1)) - label.length + 1, label);
    }
    return [line(axisName(words().panes.time) + ticks.text, 'label')];
  }
  for (const { column, to } of folds) ticks.put(column + FOLD_COLUMNS, text(to));
  const pauses = new Labels(width);
  for (const { column, from: begin, to } of folds)
    pauses.push(column, `${foldSign(ascii)} ${duration(BigInt(Math.round((to - begin) * 1e9)))}`);
  return [
    line(axisName(words().panes.time) + ticks.text, 'label'),
    line(axisName(words().panes.nothingFor) + pauses.text, 'label'),
  ];
}

/**
 * The lines of a plot that has `height` lines with its time axis and `others` below it: one at least. Where there is no
 * room for all, as under a zoomed pane, what stands below the plot is what falls off.
 */
export function plotHeight(height: number, { folds }: PlotTime, others = 0): number {
  return Math.max(1, height - (folds.length === 0 ? 1 : 2) - others);
}

const axisName = (name: string): string => `${name} `.padStart(AXIS);

/** In how many parts the axis is divided: as many as there is room for. */
const TICKS = [4, 2];

/** Texts on one line, each where it belongs, if there is room. */
class Labels {
  private readonly cells: string[];

  constructor(width: number) {
    this.cells = new Array<string>(width).fill(' ');
  }

  get text(): string {
    return this.cells.join('');
  }

  put(at: number, label: string): boolean {
    if (at < 0 || at + label.length > this.cells.length) return false;
    if (this.cells.slice(Math.max(0, at - 1), at + label.length + 1).some((cell) => cell !== ' '))
      return false;
    for (const [index, char] of [...label].entries()) this.cells[at + index] = char;
    return true;
  }

  /** At this place, or as near behind it as there is room; before it where there is none. */
  push(from: number, label: string): void {
    for (let at = from; at + label.length <= this.cells.length; at++) if (this.put(at, label)) return;
    for (let at = Math.min(from, this.cells.length - label.length); at >= 0; at--)
      if (this.put(at, label)) return;
  }
}

/** A series as steps: its value holds until the next one; there is a gap where it is not known (NaN). Larger values than `most` stand beyond the top. In steps. */
export function* stepPlot(
  { length, times, values }: Series,
  width: number,
  height: number,
  time: PlotTime,
  most: number,
): Generator<void, DotPlot> {
  const plot = new DotPlot(width, height);
  const y = (value: number): number => (most === 0 ? 0 : value / most);
  const x = (second: number): number => time.x(second);
  let before = { time: times[0] ?? 0, value: values[0] ?? 0, cell: -1 };
  for (let at = 0; at < length; at++) {
    if (at % PACKETS_A_STEP === 0) yield;
    const second = times[at] ?? 0;
    const value = values[at] ?? 0;
    const cell = plot.cellOf(x(second), y(value));
    // Thousands of packets may share a dot.
    if (cell === before.cell) continue;
    if (Number.isNaN(value)) plot.level(x(before.time), y(before.value), x(second));
    else if (Number.isNaN(before.value)) plot.dot(x(second), y(value));
    else if (at > 0) plot.step(x(before.time), y(before.value), x(second), y(value));
    before = { time: second, value, cell };
  }
  if (length > 0 && !Number.isNaN(before.value)) plot.level(x(before.time), y(before.value), 1);
  return plot;
}

/** The column of the chosen row's time; -1 when it is not on the plot. */
export function cursorColumn(
  document: Document,
  selected: number,
  { startNs }: FlowSeries,
  time: PlotTime,
): number {
  return time.column(Number(document.timeline.rowTimeNs(selected) - startNs) / 1e9);
}

/** The labels of an axis from 0 at the bottom to `most` at the top, with a name between. */
export function axisLabels(name: string, most: number, height: number): string[] {
  const labels = new Array<string>(height).fill('');
  // Where all is 0 there is nothing that the top would stand for.
  const top = most === 0 && height > 1 ? '' : grouped(most);
  labels[0] = top;
  if (height > 1) labels[height - 1] = '0';
  if (height > 2) labels[1] = name;
  else labels[0] = `${name} ${top}`.trimEnd();
  return labels;
}
