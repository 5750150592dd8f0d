import { basename } from 'node:path';
import type { Call } from '../../../src/sockets/call.ts';
import { words } from '../../../src/words/words.ts';
import { printable } from '../../ladder/glyphs.ts';
import type { Document } from '../document.ts';
import { ContentBuilder, type PaneContent } from '../pane-content.ts';
import { line, span, spans } from '../style.ts';

const AROUND = 40;
/** A mark this near to the current line is in sight with it. */
const IN_SIGHT = 2;
/** Columns before another role's place: where it stands by itself, and under the current line. */
const ALONE = 2;
const UNDER_LINE = 7;

/** Where a role is at a moment: in a call that blocks, or behind the last one that returned. */
interface Place {
  readonly call: number;
  readonly record: Call;
  readonly blocks: boolean;
}

/** The program text around the call of the chosen row, or around the call that a packet is linked to; where the other roles are. */
export function sourceContent(document: Document, selected: number): PaneContent {
  const { timeline } = document;
  const row = timeline.row(selected);
  const call = row.kind === 'packet' ? (timeline.linksOfPacket(row.packet)[0]?.call ?? -1) : row.call;
  const record = timeline.session.calls[call];
  const others = placesOf(document, selected, record?.role ?? null);
  const content = new ContentBuilder();
  if (record === undefined || record.source === null) {
    content.add(line(words().screen.noSource, 'reason'));
    for (const each of others) addOther(content, document, each, ALONE);
    return content.done(words().screen.panes.source);
  }
  const { file, line: number, func } = record.source;
  const text = document.sourceLines(file);
  const title = words().screen.sourceOf(`${file}:${number}`, func, document.words.call(call));
  if (text === null) {
    content.add(line(words().screen.noSourceFile(`${file}:${number}`), 'reason'));
    for (const each of others) addOther(content, document, each, ALONE);
    return content.done(title);
  }
  const first = Math.max(1, number - AROUND);
  for (let at = first; at <= Math.min(text.length, number + AROUND); at++) {
    const here = others.filter(({ record: { source } }) => source?.file === file && source.line === at);
    const isCurrent = at === number;
    const mark = isCurrent ? ' ▶' : here.length > 0 ? ' ●' : '  ';
    content.add(
      spans([
        span(`${mark}${String(at).padStart(4)} `, isCurrent || here.length > 0 ? 'mark' : 'label'),
        span((text[at - 1] ?? '').replaceAll('\t', '  '), isCurrent ? 'title' : 'reason'),
        ...here.map((each) => span(`  ● ${placeText(document, each, null)}`, 'mark')),
      ]),
    );
    if (!isCurrent) continue;
    for (const each of others) {
      const { source } = each.record;
      const isNear = source?.file === file && Math.abs(source.line - number) <= IN_SIGHT;
      if (!isNear) addOther(content, document, each, UNDER_LINE);
    }
  }
  return { ...content.done(title), focusLine: number - first };
}

function addOther(content: ContentBuilder, document: Document, place: Place, indent: number): void {
  content.add(
    spans([
      span(`${' '.repeat(indent)}● `, 'mark'),
      span(placeText(document, place, place.record.source), 'label'),
    ]),
    document.rowOfCall(place.call),
  );
}

function placeText(document: Document, { call, blocks }: Place, source: Call['source']): string {
  const where = source === null ? '' : `${basename(source.file)}:${source.line}`;
  return printable(words().screen.otherRole(document.words.call(call), blocks, where), false);
}

/** Where each other role is once the row has happened: in the last call that it has begun and not ended, else behind its last one. */
function placesOf({ timeline }: Document, selected: number, own: string | null): readonly Place[] {
  const places = new Map<string, Place>();
  for (const [call, record] of timeline.session.calls.entries()) {
    if (record.role === own) continue;
    const back = timeline.rowOfReturn(call);
    const entry = timeline.rowOfEntry(call);
    if ((entry >= 0 ? entry : back) > selected) continue;
    const blocks = back < 0 || back > selected;
    const before = places.get(record.role);
    const isLater =
      before === undefined || (blocks === before.blocks ? record.enterNs >= before.record.enterNs : blocks);
    if (isLater) places.set(record.role, { call, record, blocks });
  }
  return [...places.values()];
}
