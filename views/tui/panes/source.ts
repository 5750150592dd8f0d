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
    content.add(
      line('  No program text is known for this row: only calls of a recorded run have it.', 'reason'),
    );
    return content.done('Source');
  }
  const { file, line: number, func } = record.source;
  const text = document.sourceLines(file);
  const title = `Source: ${file}:${number}${func === null ? '' : ` in ${func}`} · ${document.words.call(call)}`;
  if (text === null) {
    content.add(line(`  ${file}:${number}: the file is not here`, 'reason'));
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
