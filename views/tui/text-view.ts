import { EXIT, UserError } from '../../capture/user-error.ts';
import type { TextView } from '../../src/cli/text-view-options.ts';
import type { TextStyle } from '../../src/commands/views.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { words } from '../../src/words/words.ts';
import { milliseconds } from '../ladder/units.ts';
import { Document } from './document.ts';
import { initialModel, type Model } from './model.ts';
import { pageView } from './pages.ts';
import { detailsContent } from './panes/details.ts';
import { packetLines, packetsTitle } from './panes/packets.ts';
import { whyContent } from './panes/why.ts';
import { forAscii, forScreen } from './screen-text.ts';
import type { Series } from './series.ts';
import type { UiLine } from './style.ts';
import { rowOfNumber } from './update-overlay.ts';

/** Lines made at a time: a file may have millions of packets. */
const BLOCK = 1000;

/** A view of the full screen as lines of text, without its picture: every fact of it, plots as tables of their numbers. */
export function* textView(timeline: Timeline, view: TextView, style: TextStyle): Generator<string> {
  const document = new Document(timeline, '');
  const model = modelOf(document, view, style);
  for (const line of timeline.rowCount === 0 ? [words().screen.captured] : linesOf(model, document, view)) {
    const clean = forScreen(line).trimEnd();
    yield style.ascii ? forAscii(clean) : clean;
  }
}

function modelOf(document: Document, { view, at, connection }: TextView, style: TextStyle): Model {
  const start = { theme: 'mono' as const, ascii: style.ascii, mouse: false, scenarios: [], recent: [] };
  const model = initialModel({ ...start, size: { width: style.width, height: BLOCK } });
  const page = view === 'why' || view === 'details' ? 'ladder' : view;
  const shown: Model = { ...model, ...document.everything, page, document };
  const { timeline } = document;
  const { length } = timeline.connections;
  if (connection !== null && connection >= length && timeline.rowCount > 0) {
    const hint =
      length === 0
        ? 'the capture has none'
        : `give one from 0 to ${length - 1}, as \`--show conversations\` lists them`;
    throw new UserError(`there is no connection ${connection}`, { hint, exitCode: EXIT.usage });
  }
  const last = Math.max(0, timeline.rowCount - 1);
  const selected = at === null ? (view === 'sockets' ? last : 0) : rowAt(shown, document, at);
  // No line is marked as the chosen one.
  return { ...shown, selected, connection: connection ?? 0, cursors: { [page]: -1 } };
}

function rowAt(model: Model, document: Document, number: number): number {
  const row = rowOfNumber(model, number);
  const there = document.timeline.rowCount === 0 ? '' : document.numberText(document.timeline.row(row));
  if (there === `#${number}`) return row;
  const hint = 'give one of those that the ladder shows, without its #';
  throw new UserError(words().status.noRow(number, there), { hint, exitCode: EXIT.usage });
}

function* linesOf(model: Model, document: Document, { view }: TextView): Generator<string> {
  const { width } = model.size;
  switch (view) {
    case 'why':
      yield* texts(settled(document, () => whyContent(document, model.selected, width)).lines);
      return;
    case 'details':
      yield* texts(detailsContent(document, model.selected, -1, width, BLOCK).lines);
      return;
    case 'buffers':
    case 'sequence':
      yield* plotTable(model, document, view);
      return;
    case 'packets':
      yield* packetsText(model, document);
      return;
    default: {
      const page = pageView(view);
      if (page === null) return;
      settled(document, () => page.lines(model, document, 0, BLOCK));
      yield textOf(page.title(model, document));
      const length = Math.max(1, page.length(model, document));
      for (let top = 0; top < length; top += BLOCK) yield* texts(page.lines(model, document, top, BLOCK));
    }
  }
}

/** The packet list, all of its rows that are shown. */
export function* packetsText(model: Model, document: Document): Generator<string> {
  yield textOf(packetsTitle(model, document)).trimEnd();
  const shown: Model = { ...model, selected: -1 };
  for (let top = 0; top < model.packetRows.length; top += BLOCK)
    for (const each of packetLines({ ...shown, tops: { packets: top } }, document, BLOCK))
      yield forScreen(textOf(each)).trimEnd();
}

/** What is made of a document when all is there that was asked of it. */
function settled<T>({ jobs }: Document, make: () => T): T {
  const first = make();
  if (jobs.isEmpty) return first;
  while (!jobs.isEmpty) jobs.turn();
  return make();
}

/** The numbers behind a plot, a line for each moment at which one of them changes. */
function* plotTable(model: Model, document: Document, view: 'buffers' | 'sequence'): Generator<string> {
  const series = settled(document, () => document.series(model.connection));
  if (series === null || series === 'pending') {
    yield words().panes.nothingToPlot;
    return;
  }
  const { segments, sendQueue, inFlight, recvQueue, window, cwnd, ssthresh, rtt, acks, edge } = series;
  const all =
    view === 'buffers' ? [cwnd, ssthresh, inFlight, sendQueue, recvQueue, window, rtt] : [acks, edge];
  const events: { readonly time: number; readonly text: string }[] = all.flatMap(changes);
  for (let at = 0; view === 'sequence' && at < segments.length; at++) {
    events.push({
      time: segments.times[at] ?? 0,
      text: words().panes.segmentRow(
        segments.froms[at] ?? 0,
        (segments.tos[at] ?? 0) - 1,
        segments.again[at] === 1,
      ),
    });
  }
  const fromNs = series.startNs - document.startNs;
  yield words().panes.tableHead;
  for (const { time, text } of events.sort((a, b) => a.time - b.time))
    yield `${milliseconds(fromNs + BigInt(Math.round(time * 1e9))).padStart(10)}  ${text}`;
}

function changes({ name, length, times, values }: Series): { time: number; text: string }[] {
  const shown = words().panes.series[name];
  const found: { time: number; text: string }[] = [];
  for (let at = 0; at < length; at++)
    if (at === 0 || values[at] !== values[at - 1])
      found.push({
        time: times[at] ?? 0,
        text: Number.isNaN(values[at]) ? words().panes.unknownFromHere(shown) : `${shown} ${values[at]}`,
      });
  return found;
}

function* texts(lines: readonly UiLine[]): Generator<string> {
  for (const line of lines) yield textOf(line);
}

export function textOf({ spans }: UiLine): string {
  return spans.map(({ text }) => text).join('');
}
