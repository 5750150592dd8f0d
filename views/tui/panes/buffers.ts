import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import type { PageView } from '../pages.ts';
import {
  AXIS,
  axisLabels,
  cursorColumn,
  type Layer,
  NOTHING,
  PENDING,
  plotLines,
  stepPlot,
  timeAxis,
} from '../plot.ts';
import type { FlowSeries, Series } from '../series.ts';
import { line, type UiStyle } from '../style.ts';

const SMALLEST = 3;

/** Send-Q, bytes in flight, Recv-Q and the window over time, one plot under the other on one time axis. */
export const buffers: PageView = {
  title(model, document) {
    return line(`  Buffers of ${directionText(model, document)}`, 'label');
  },
  length: () => 0,
  lines(model, document, _, height) {
    const series = document.series(model.connection);
    if (series === 'pending') return [line(PENDING, 'reason')];
    if (series === null) return [line(NOTHING, 'reason')];
    const width = model.size.width - AXIS - 1;
    const drawn = document.bufferPlots.get(`${model.connection} ${width} ${height}`, () =>
      drawBuffers(series, width, height),
    );
    if (drawn === null) return [line(PENDING, 'reason')];
    const cursor = cursorColumn(document, model.selected, series, width);
    const lines = drawn.flatMap(({ layer, labels }) => plotLines([layer], labels, cursor, model.ascii));
    return [...lines, timeAxis(series.lastSecond, width)];
  },
  target: () => null,
};

/** A plot of one series, made for a size. */
export interface BufferPlot {
  readonly layer: Layer;
  readonly labels: readonly string[];
}

function* drawBuffers(series: FlowSeries, width: number, height: number): Generator<void, BufferPlot[]> {
  const chosen = plots(series);
  const shown = chosen.slice(0, Math.max(1, Math.floor((height - 1) / SMALLEST)));
  const each = Math.floor((height - 1) / shown.length);
  const drawn: BufferPlot[] = [];
  for (const { series: values, style } of shown) {
    const most = Math.max(1, values.largest);
    const dots = yield* stepPlot(values, width, each, series.lastSecond, most);
    drawn.push({ layer: { dots, style, sign: '*' }, labels: axisLabels(values.name, most, each) });
  }
  return drawn;
}

interface Shown {
  readonly series: Series;
  readonly style: UiStyle;
}

/** Queues are known only where calls were recorded with them. */
function plots({ sendQueue, inFlight, recvQueue, window }: FlowSeries): readonly Shown[] {
  const all: readonly Shown[] = [
    { series: sendQueue, style: 'data' },
    { series: inFlight, style: 'syn' },
    { series: recvQueue, style: 'fin' },
    { series: window, style: 'call' },
  ];
  return all.filter(({ series }) => series.length > 0);
}

/** The direction that carried more bytes, which both plots are about. */
export function directionText(model: Model, document: Document): string {
  const connection = document.timeline.connections[model.connection];
  const series = document.series(model.connection);
  if (connection === undefined || series === null || series === 'pending') return 'the connection';
  const { endpointA, endpointB, roleA, roleB } = connection;
  const [a, b] = [roleA ?? endpointA, roleB ?? endpointB];
  const way = series.direction === 0 ? `${a} → ${b}` : `${b} → ${a}`;
  return `${way}, the direction with more bytes; the dotted line is the chosen row`;
}
