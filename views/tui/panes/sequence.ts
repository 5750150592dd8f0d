import { words } from '../../../src/words/words.ts';
import { DotPlot } from '../braille.ts';
import { PACKETS_A_STEP } from '../packet-rows.ts';
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
import type { FlowSeries } from '../series.ts';
import { line, span, spans } from '../style.ts';
import { directionText } from './buffers.ts';

/** Stevens' plot: sequence numbers of segments over time, with what is acknowledged, how far the window goes, and what was sent again. */
export const sequence: PageView = {
  title(model, document) {
    const { legend } = words().panes;
    const text = words().panes.sequenceOf(directionText(model, document));
    const short = `  ${[legend.segments, legend.acknowledged, legend.window, legend.again].join(' · ')}`;
    if (model.size.width < 130) return line(short, 'label');
    return spans([span(text, 'label')]);
  },
  length: () => 0,
  lines(model, document, _, height) {
    const series = document.series(model.connection);
    if (series === 'pending') return [line(words().panes.pending, 'reason')];
    if (series === null) return [line(`  ${words().panes.nothingToPlot}`, 'reason')];
    const width = model.size.width - AXIS - 1;
    const time = new PlotTime(width, series.lastSecond, series.idle);
    const tall = plotHeight(height, time, 1);
    const layers = document.sequencePlot.get(`${model.connection} ${width} ${tall}`, () =>
      drawSequence(series, time, tall),
    );
    if (layers === null) return [line(words().panes.pending, 'reason')];
    const cursor = cursorColumn(document, model.selected, series, time);
    const { legend: said } = words().panes;
    const legend = spans([
      span(' '.repeat(AXIS)),
      span(said.segments, 'data'),
      span(`  ${said.acknowledged}`, 'syn'),
      span(edgeText(series, model.ascii), 'call'),
      span(`  ${said.again} (${series.segments.repeated})`, 'rst'),
    ]);
    return [
      ...plotLines(layers, axisLabels(said.bytes, series.segments.highest, tall), time, cursor, model.ascii),
      ...timeAxis(document, series, time, model.ascii),
      legend,
    ];
  },
  target: () => null,
};

/** The window may reach so far beyond what was sent that its edge stands above the plot all the time. */
function edgeText(series: FlowSeries, ascii: boolean): string {
  const isAbove = series.edge.length > 0 && series.edge.smallest > mostOf(series);
  return isAbove
    ? `  ${ascii ? '^' : '↑'} ${words().panes.legend.edgeAbove}`
    : `  ${words().panes.legend.edge}`;
}

const mostOf = ({ segments }: FlowSeries): number => Math.max(1, segments.highest);

function* drawSequence(series: FlowSeries, time: PlotTime, tall: number): Generator<void, readonly Layer[]> {
  const { segments, acks, edge } = series;
  const { width } = time;
  const most = mostOf(series);
  const sent = new DotPlot(width, tall);
  const again = new DotPlot(width, tall);
  for (let at = 0; at < segments.length; at++) {
    if (at % PACKETS_A_STEP === 0) yield;
    const from = segments.froms[at] ?? 0;
    const size = (segments.tos[at] ?? 0) - from;
    const x = time.x(segments.times[at] ?? 0);
    const plot = segments.again[at] === 1 ? again : sent;
    const dots = Math.max(1, Math.round((size / most) * tall * 4));
    for (let dot = 0; dot <= dots; dot++) plot.dot(x, (from + (size * dot) / dots) / most);
  }
  return [
    { dots: yield* stepPlot(edge, width, tall, time, most), style: 'call', sign: '-' },
    { dots: yield* stepPlot(acks, width, tall, time, most), style: 'syn', sign: 'a' },
    { dots: sent, style: 'data', sign: 's' },
    { dots: again, style: 'rst', sign: 'R' },
  ];
}
