import { shorten, widthOf } from '../ladder/line.ts';
import { forScreen } from './screen-text.ts';
import { span, type UiLine, type UiSpan } from './style.ts';

/** Two lines side by side with a border between them; the left one is cut or filled to `width` columns. */
export function join(left: UiLine, width: number, right: UiLine, ascii: boolean): UiLine {
  return {
    spans: [...fitted(left, width), span(ascii ? '| ' : '│ ', 'border'), ...onGround(right)],
    back: 'none',
  };
}

/** The spans of a line, exactly `width` columns wide. */
export function fitted({ spans, back }: UiLine, width: number): UiSpan[] {
  const out: UiSpan[] = [];
  let room = width;
  for (const { text, style } of spans) {
    const clean = forScreen(text);
    const shown = widthOf(clean) > room ? shorten(clean, room, '…') : clean;
    room -= widthOf(shown);
    out.push({ text: shown, style, ...(back !== 'none' && { back }) });
    if (room <= 0) break;
  }
  if (room > 0) out.push({ text: ' '.repeat(room), style: 'plain', ...(back !== 'none' && { back }) });
  return out;
}

function onGround({ spans, back }: UiLine): UiSpan[] {
  return back === 'none' ? [...spans] : spans.map((each) => ({ ...each, back }));
}
