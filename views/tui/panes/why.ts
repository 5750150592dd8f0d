import type { Capture } from '../../../capture/capture.ts';
import { holeText } from '../../../src/diagnosis/holes.ts';
import { readingText } from '../../../src/diagnosis/messages-readings.ts';
import { readingOf } from '../../../src/diagnosis/readings.ts';
import type { Call } from '../../../src/sockets/call.ts';
import { queuesOf } from '../../../src/timeline/call-queues.ts';
import { isBetweenSends } from '../../../src/timeline/held-time.ts';
import type { Link, Reason, Row } from '../../../src/timeline/types.ts';
import { inferredText } from '../../../src/words/inferred.ts';
import { words as told } from '../../../src/words/words.ts';
import { printable } from '../../ladder/glyphs.ts';
import { wrap } from '../../ladder/line.ts';
import { byteRange, duration, milliseconds } from '../../ladder/units.ts';
import { lessonOf } from '../../lessons.ts';
import type { Document } from '../document.ts';
import { ContentBuilder, type PaneContent } from '../pane-content.ts';
import { endsText, rowText } from '../row-text.ts';
import { line, span, spans } from '../style.ts';

/** Reasons that say how long the call took. */
const TELLS_TIME: ReadonlySet<string> = new Set(['call-late', 'call-slow', 'send-short', 'send-cut-short']);
const MOST_PROOFS = 60;

/** Why the chosen row is there: the reason in words, what it teaches, the rows that prove it, what to read. */
export function whyContent(document: Document, selected: number, width: number): PaneContent {
  const { timeline, words } = document;
  const content = new ContentBuilder();
  const row = timeline.row(selected);
  const reason =
    row.kind === 'packet' ? timeline.reasonOfPacket(row.packet) : reasonOfCall(document, row.call);
  const room = Math.max(20, width - 4);
  if (reason !== null) {
    for (const text of wrap(printable(capital(words.reason(reason)), false), room))
      content.add(spans([span(`  ${text}`, 'title')]));
  }
  for (const text of factsOf(document, row, reason))
    for (const part of wrap(text, room)) content.add(line(`  ${part}`, 'reason'));
  const call = row.kind === 'packet' ? undefined : timeline.session.calls[row.call]?.name;
  const lesson = reason === null ? null : lessonOf(reason.kind, call);
  if (lesson !== null) for (const text of wrap(lesson.text, room)) content.add(line(`  ${text}`, 'reason'));
  addProofs(content, document, row, reason);
  if (lesson !== null) content.add(spans([span(told().screen.read, 'label'), span(lesson.read, 'value')]));
  return content.done(told().screen.panes.why);
}

/** While a run goes on, nothing can be said yet of a call that has not returned. */
function reasonOfCall({ timeline, extent }: Document, call: number): Reason | null {
  const blocks = extent === 'running' && timeline.session.calls[call]?.exitNs === null;
  return blocks ? null : timeline.reasonOfCall(call);
}

/** The rows that belong to this one; Enter on them goes there. */
function addProofs(content: ContentBuilder, document: Document, row: Row, reason: Reason | null): void {
  const { timeline } = document;
  const seen = new Set<number>([
    row.kind === 'packet' ? timeline.rowOfPacket(row.packet) : document.rowOfCall(row.call),
  ]);
  const links = row.kind === 'packet' ? timeline.linksOfPacket(row.packet) : timeline.linksOfCall(row.call);
  const add = (target: number, relation: string): void => {
    if (target < 0 || seen.has(target) || seen.size > MOST_PROOFS) return;
    seen.add(target);
    const other = timeline.row(target);
    const time = milliseconds(document.numberedTime(target));
    content.add(
      spans([
        span('  → ', 'key'),
        span(`${document.numberText(other)} `.padEnd(6), 'label'),
        span(`${time} ms  `, 'label'),
        span(relation, 'mark'),
        span(
          `  ${rowText(document, other)}`,
          other.kind === 'packet' ? document.packets(other.packet).style : 'call',
        ),
      ]),
      target,
    );
  };
  for (const link of links) {
    if (row.kind === 'packet')
      add(document.rowOfCall(link.call), told().screen.ofPacket[link.relation] + rangeText(link));
    else add(timeline.rowOfPacket(link.packet), told().screen.ofCall[link.relation] + rangeText(link));
  }
  for (const call of reason?.calls ?? []) add(document.rowOfCall(call), told().screen.proves);
  for (const packet of reason?.packets ?? []) add(timeline.rowOfPacket(packet), told().screen.proves);
}

function rangeText({ from, to }: Link): string {
  return from === null || to === null || to <= from
    ? ''
    : told().screen.bytesRange(byteRange(from, to), to - from === 1);
}

/** What is known of the row besides its reason. */
function factsOf(document: Document, row: Row, reason: Reason | null): string[] {
  const { timeline } = document;
  if (row.kind === 'packet') {
    const inferred = timeline.session.calls.length === 0 ? timeline.inferredCall(row.packet) : null;
    const guess = inferred === null ? '' : told().screen.inferred(inferredText(inferred));
    const reading = document.hasFlags ? readingOf(timeline.session.capture, row.packet, timeline) : null;
    const hole = document.hasFlags ? holeText(timeline.session.capture, row.packet) : null;
    return [
      guess,
      cutText(timeline.session.capture, row.packet),
      hole ?? '',
      reading === null ? '' : `${readingText(reading)}.`,
    ].filter((text) => text !== '');
  }
  const call = timeline.session.calls[row.call];
  if (call === undefined) return [];
  const parts: string[] = [];
  if (call.exitNs === null)
    parts.push(
      document.extent === 'running'
        ? runningText(timeline.session.calls, row.call)
        : told().screen.notReturned,
    );
  // A reason that speaks of the time has said it already, and rounds it in its own way.
  else if (reason === null || !TELLS_TIME.has(reason.kind))
    parts.push(told().screen.took(duration(call.exitNs - call.enterNs)));
  const { sendQueue, recvQueue, measured } = queuesOf(call);
  if (sendQueue !== null && sendQueue > 0) parts.push(told().screen.leftToSend(sendQueue, measured));
  if (recvQueue !== null && recvQueue > 0) parts.push(told().screen.leftToRead(recvQueue, measured));
  return parts.length === 0 ? [] : [parts.join(' ')];
}

/** A span does not block by itself: only a send of it does. */
function runningText(calls: readonly Call[], call: number): string {
  return isBetweenSends(calls, call) ? told().screen.betweenSends : told().screen.stillBlocks;
}

/** Of a packet that the capture cut, how much of it is there. */
function cutText({ columns }: Capture, row: number): string {
  const [kept, whole] = [columns.capLen[row] ?? 0, columns.wireLen[row] ?? 0];
  return kept < whole ? `${told().report.cut(kept, whole)}.` : '';
}

/** What the pane's title says of the chosen row. */
export function rowTitle(document: Document, selected: number): string {
  const row = document.timeline.row(selected);
  const number = document.numberText(row);
  const ends = row.kind === 'packet' ? endsText(document, row.packet) : '';
  return `${number} ${rowText(document, row)}${ends === '' ? '' : `  ${ends}`}`.trim();
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
