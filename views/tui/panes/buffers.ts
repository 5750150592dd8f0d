import { words } from '../../../src/words/words.ts';
import { grouped } from '../../ladder/units.ts';
import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import type { PageView } from '../pages.ts';
import {
  AXIS,
  axisLabels,
  cursorColumn,
  type Layer,
  plotHeight,
  plotLines,
  stepPlot,
  timeAxis,
} from '../plot.ts';
import { PlotTime } from '../plot-time.ts';
import type { FlowSeries, Series } from '../series.ts';
import { line, span, spans, type UiLine, type UiStyle } from '../style.ts';

const SMALLEST = 3;
/** From so many columns on, the title says it all. */
const WIDE = 150;

/** cwnd with bytes in flight, Send-Q, Recv-Q, the window and the rtt over time, one plot under the other on one time axis. */
export const buffers: PageView = {
  title(model, document) {
    const series = document.series(model.connection);
    if (series === 'pending' || series === null)
      return line(words().panes.buffersOf(directionText(model, document)), 'label');
    return legendLine(model, series, directionText(model, document));
  },
  length: () => 0,
  lines(model, document, _, height) {
    const series = document.series(model.connection);
    if (series === 'pending') return [line(words().panes.pending, 'reason')];
    if (series === null) return [line(`  ${words().panes.nothingToPlot}`, 'reason')];
    const width = model.size.width - AXIS - 1;
    const time = new PlotTime(width, series.lastSecond, series.idle);
    const drawn = document.bufferPlots.get(`${model.connection} ${width} ${height}`, () =>
      drawBuffers(series, time, plotHeight(height, time)),
    );
    if (drawn === null) return [line(words().panes.pending, 'reason')];
    const cursor = cursorColumn(document, model.selected, series, time);
    const lines = drawn.flatMap(({ layers, labels }) => plotLines(layers, labels, time, cursor, model.ascii));
    return [...lines, ...timeAxis(document, series, time, model.ascii)];
  },
  target: () => null,
};

/** A plot of one series, made for a size. */
export interface BufferPlot {
  readonly layers: readonly Layer[];
  readonly labels: readonly string[];
}

/** What the signs of the plots of what is sent mean, before what is cut first where there is little room. */
function legendLine(model: Model, series: FlowSeries, way: string): UiLine {
  const { panes } = words();
  const all = plots(series);
  const withThreshold = all.findIndex(({ layers }) => layers.some(({ series: { name } }) => name === 'cwnd'));
  const names = all.slice(0, Math.max(1, withThreshold + 1)).flatMap((plot) =>
    plot.layers.toReversed().map(({ series: each, style, sign }) => {
      const isAbove = each.smallest > mostOf(plot);
      const name = panes.series[each.name];
      const before = isAbove ? (model.ascii ? '^ ' : '↑ ') : model.ascii ? `${sign} ` : '';
      return span(`${before}${name}${isAbove ? ` ${grouped(each.smallest)}` : ''}  `, style);
    }),
  );
  if (model.size.width >= WIDE) return spans([span(`${panes.buffersOf(way)} · `, 'label'), ...names]);
  return spans([
    span('  '),
    ...names,
    span(`· ${model.ascii ? ':' : '┊'} ${panes.chosenRow} · ${way}`, 'label'),
  ]);
}

/** A threshold says nothing of how much there is: it is drawn only where it fits. */
function largestOf({ layers }: Shown): number {
  return Math.max(0, ...layers.map(({ series: { name, largest } }) => (name === 'ssthresh' ? 0 : largest)));
}

const mostOf = (plot: Shown): number => Math.max(1, largestOf(plot));

function* drawBuffers(series: FlowSeries, time: PlotTime, height: number): Generator<void, BufferPlot[]> {
  const chosen = plots(series);
  const shown = chosen.slice(0, Math.max(1, Math.floor(height / SMALLEST)));
  const each = Math.floor(height / shown.length);
  const drawn: BufferPlot[] = [];
  for (const plot of shown) {
    const { layers } = plot;
    const most = mostOf(plot);
    const plotted: Layer[] = [];
    for (const { series: values, style, sign } of layers)
      plotted.push({ dots: yield* stepPlot(values, time.width, each, time, most), style, sign });
    // The layer on top has the first name; where there is room, the ones under it have theirs.
    const [top = '', ...under] = layers.map(({ series: { name } }) => words().panes.series[name]).reverse();
    const labels = axisLabels(top, largestOf(plot), each);
    for (const [index, name] of under.entries()) if (index + 2 < each - 1) labels[index + 2] = name;
    drawn.push({ layers: plotted, labels });
  }
  return drawn;
}

/** What is in flight has cwnd's scale where it can be told from 0 on it: where it fills this part of it at least. */
const LEAST_SHARE = 8;

interface Shown {
  readonly layers: readonly { readonly series: Series; readonly style: UiStyle; readonly sign: string }[];
}

/** Queues are known only where the kernel was asked or calls were recorded with them; cwnd only from the kernel. */
function plots({
  sendQueue,
  inFlight,
  recvQueue,
  window,
  cwnd,
  ssthresh,
  rtt,
}: FlowSeries): readonly Shown[] {
  const allowed: Shown['layers'] = [
    { series: ssthresh, style: 'fin', sign: '-' },
    { series: cwnd, style: 'mark', sign: '+' },
  ];
  const flying: Shown['layers'] = [{ series: inFlight, style: 'syn', sign: '*' }];
  const isTold = inFlight.largest * LEAST_SHARE >= cwnd.largest;
  const all: readonly Shown[] = [
    ...(isTold
      ? [{ layers: [...allowed.toReversed(), ...flying] }]
      : [{ layers: flying }, { layers: allowed }]),
    { layers: [{ series: sendQueue, style: 'data', sign: '*' }] },
    { layers: [{ series: recvQueue, style: 'fin', sign: '*' }] },
    { layers: [{ series: window, style: 'call', sign: '*' }] },
    { layers: [{ series: rtt, style: 'label', sign: '*' }] },
  ];
  return all
    .map(({ layers }) => ({ layers: layers.filter(({ series }) => series.length > 0) }))
    .filter(({ layers }) => layers.length > 0);
}

/** The direction that carried more bytes, which both plots are about. */
export function directionText(model: Model, document: Document): string {
  const connection = document.timeline.connections[model.connection];
  const series = document.series(model.connection);
  if (connection === undefined || series === null || series === 'pending') return words().panes.connection;
  const { endpointA, endpointB, roleA, roleB } = connection;
  const [a, b] = [roleA ?? endpointA, roleB ?? endpointB];
  const way = series.direction === 0 ? `${a} → ${b}` : `${b} → ${a}`;
  return model.size.width >= WIDE ? words().panes.direction(way) : way;
}
