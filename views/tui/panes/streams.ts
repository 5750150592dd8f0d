import { words as told } from '../../../src/words/words.ts';
import { grouped } from '../../ladder/units.ts';
import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import type { PageView } from '../pages.ts';
import { bordersIn, MOST_STREAM } from '../stream-bytes.ts';
import type { StreamLine } from '../stream-lines.ts';
import { line, span, spans, type UiLine, type UiSpan } from '../style.ts';

/** Marks before a byte: what begins there. */
const SIGNS = { send: '‹', segment: '|', recv: '›' } as const;

function bytesALine(model: Model): number {
  const { width } = model.size;
  return width >= 150 ? 32 : width >= 100 ? 16 : 8;
}

/** The lines of both directions, the client's first; a line never holds more than what one border begins. */
function layout(model: Model, document: Document): readonly StreamLine[] {
  return document.streamLines(model.connection, bytesALine(model));
}

/** The bytes of a connection, each direction with what send calls, segments and recv calls cut it into. */
export const streams: PageView = {
  title(model, document) {
    const connection = document.timeline.connections[model.connection];
    if (connection === undefined) return line(told().panes.noStream, 'label');
    const { protocol, flow } = connection;
    const { stream } = document.session.capture.flows.get(flow);
    return line(told().panes.streamTitle(`${protocol} ${stream}`), 'label');
  },
  length: (model, document) => layout(model, document).length,
  lines(model, document, top, height) {
    const lines = layout(model, document);
    if (lines.length === 0) {
      const isPending = document.streams(model.connection) === null;
      return [line(isPending ? told().panes.pending : told().panes.noBytes, 'reason')];
    }
    const chosen = model.cursors.streams ?? 0;
    return lines.slice(top, top + height).map((each, offset) => {
      const back = top + offset === chosen ? (model.focus === 'main' ? 'selected' : 'dimmed') : 'none';
      const drawn = each.at < 0 ? headingOf(model, document, each.side) : bytesLine(model, document, each);
      return { spans: drawn.spans, back };
    });
  },
  target(model, document, at) {
    const chosen = layout(model, document)[at];
    if (chosen === undefined) return null;
    const stream = document.stream(model.connection, chosen.side);
    const borders = stream.borders.filter(
      (each) => each.at <= Math.max(0, chosen.at) && each.to > Math.max(0, chosen.at),
    );
    return borders.find(({ kind }) => kind === 'segment')?.row ?? borders[0]?.row ?? null;
  },
};

function headingOf(model: Model, document: Document, side: 0 | 1): UiLine {
  const connection = document.timeline.connections[model.connection];
  const { length, borders } = document.stream(model.connection, side);
  const [a, b] = [connection?.roleA ?? connection?.endpointA, connection?.roleB ?? connection?.endpointB];
  const [from, to] = side === 0 ? [a, b] : [b, a];
  const counts = (['send', 'segment', 'recv'] as const)
    .map((kind) => ({ kind, count: borders.filter((each) => each.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => told().panes.borders(kind, count, grouped(count)));
  const cut = length >= MOST_STREAM ? grouped(MOST_STREAM) : null;
  return spans([
    span(`  ${from} → ${to}`, 'title'),
    span(`  ${told().panes.streamBytes(grouped(length), counts.join(' · '), cut)}`, 'label'),
  ]);
}

/** Offset, hex, text, and in words what begins on the line. */
function bytesLine(model: Model, document: Document, { side, at, count }: StreamLine): UiLine {
  const stream = document.stream(model.connection, side);
  const begins = bordersIn(stream, at, at + count);
  const width = bytesALine(model);
  const hex: UiSpan[] = [];
  const text: UiSpan[] = [];
  for (let index = 0; index < width; index++) {
    const byte = index < count ? stream.bytes[at + index] : undefined;
    const signs = begins.filter((border) => border.at === at + index).map(({ kind }) => kind);
    const sign = signs.includes('send')
      ? SIGNS.send
      : signs.includes('segment')
        ? SIGNS.segment
        : signs.includes('recv')
          ? SIGNS.recv
          : ' ';
    hex.push(span(index < count ? sign : ' ', 'mark'));
    const isKnown = stream.known[at + index] === 1;
    hex.push(
      span(
        byte === undefined ? '  ' : isKnown ? byte.toString(16).padStart(2, '0') : '..',
        isKnown ? 'plain' : 'dim',
      ),
    );
    const isPrintable = byte !== undefined && byte >= 0x20 && byte < 0x7f;
    text.push(
      span(
        byte === undefined ? ' ' : isPrintable && isKnown ? String.fromCharCode(byte) : '·',
        isPrintable ? 'value' : 'dim',
      ),
    );
  }
  const words = (['send', 'segment', 'recv'] as const).flatMap((kind) => {
    const named = begins.filter((border) => border.kind === kind);
    const first = named[0];
    if (first === undefined) return [];
    return [`${SIGNS[kind]} ${first.label}${named.length > 1 ? ` +${named.length - 1}` : ''}`];
  });
  return spans([
    span(`  ${String(at).padStart(6)} `, 'label'),
    ...hex,
    span('  '),
    ...text,
    span(`  ${words.join('  ')}`, 'call'),
  ]);
}
