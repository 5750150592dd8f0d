import { words } from '../../../src/words/words.ts';
import type { Document } from '../document.ts';
import { ContentBuilder, type PaneContent } from '../pane-content.ts';
import { line, span, spans } from '../style.ts';

const AROUND = 40;

/** The program text around the call of the chosen row, or around the call that a packet is linked to. */
export function sourceContent(document: Document, selected: number): PaneContent {
  const { timeline } = document;
  const row = timeline.row(selected);
  const call = row.kind === 'packet' ? (timeline.linksOfPacket(row.packet)[0]?.call ?? -1) : row.call;
  const record = timeline.session.calls[call];
  const content = new ContentBuilder();
  if (record === undefined || record.source === null) {
    content.add(line(words().screen.noSource, 'reason'));
    return content.done(words().screen.panes.source);
  }
  const { file, line: number, func } = record.source;
  const text = document.sourceLines(file);
  const title = words().screen.sourceOf(`${file}:${number}`, func, document.words.call(call));
  if (text === null) {
    content.add(line(words().screen.noSourceFile(`${file}:${number}`), 'reason'));
    return content.done(title);
  }
  const first = Math.max(1, number - AROUND);
  for (let at = first; at <= Math.min(text.length, number + AROUND); at++) {
    const isCurrent = at === number;
    content.add(
      spans([
        span(`${isCurrent ? ' ▶' : '  '}${String(at).padStart(4)} `, isCurrent ? 'mark' : 'label'),
        span((text[at - 1] ?? '').replaceAll('\t', '  '), isCurrent ? 'title' : 'reason'),
      ]),
    );
  }
  return { ...content.done(title), focusLine: number - first };
}
