import { DotPlot } from '../braille.ts';
import type { PageView } from '../pages.ts';
import { AXIS, axisLabels, cursorColumn, type Layer, plotLines, stepPlot, timeAxis } from '../plot.ts';
import { line, span, spans } from '../style.ts';
import { directionText } from './buffers.ts';

/** Stevens' plot: sequence numbers of segments over time, with what is acknowledged, how far the window goes, and what was sent again. */
export const sequence: PageView = {
  title(model, document) {
    const text = `  Sequence numbers of ${directionText(model, document)}`;
    if (model.size.width < 130) return line('  segments · acknowledged · window edge · sent again', 'label');
    return spans([span(text, 'label')]);
  },
  length: () => 0,
  lines(model, document, _, height) {
    const series = document.series(model.connection);
    if (series === null)
      return [line('  Nothing to plot: this is no TCP connection that carried bytes.', 'reason')];
    const width = model.size.width - AXIS - 1;
    const tall = height - 2;
    const { segments, acks, edge, lastSecond } = series;
    let most = 1;
    for (const { to } of segments) most = Math.max(most, to);
    const x = (time: number): number => (lastSecond === 0 ? 0 : time / lastSecond);
    const sent = new DotPlot(width, tall);
    const again = new DotPlot(width, tall);
    for (const { time, from, to, isAgain } of segments) {
      const plot = isAgain ? again : sent;
      const dots = Math.max(1, Math.round(((to - from) / most) * tall * 4));
      for (let dot = 0; dot <= dots; dot++) plot.dot(x(time), (from + ((to - from) * dot) / dots) / most);
    }
    const near = { ...edge, values: edge.values.map((value) => Math.min(value, most * 1.2)) };
    const layers: readonly Layer[] = [
      { dots: stepPlot(near, width, tall, lastSecond, most), style: 'call', sign: '-' },
      { dots: stepPlot(acks, width, tall, lastSecond, most), style: 'syn', sign: 'a' },
      { dots: sent, style: 'data', sign: 's' },
      { dots: again, style: 'rst', sign: 'R' },
    ];
    const cursor = cursorColumn(document, model.selected, model.connection, lastSecond, width);
    const repeated = segments.filter(({ isAgain }) => isAgain).length;
    const legend = spans([
      span(' '.repeat(AXIS)),
      span('segments', 'data'),
      span('  acknowledged', 'syn'),
      span('  window edge', 'call'),
      span(`  sent again (${repeated})`, 'rst'),
    ]);
    return [
      ...plotLines(layers, axisLabels('bytes', most, tall), cursor, model.ascii),
      timeAxis(lastSecond, width),
      legend,
    ];
  },
  target: () => null,
};
