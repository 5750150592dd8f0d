import { words } from '../../../src/words/words.ts';
import { type KeyTable, keysText } from '../key-table.ts';
import { line, span, spans, type UiLine } from '../style.ts';
import { paletteMatches } from '../update-overlay.ts';

/** The commands that match what was typed, and the line it is typed on. */
export function paletteLines(keys: KeyTable, text: string, at: number, height: number): readonly UiLine[] {
  const matches = paletteMatches(keys, text);
  const room = height - 1;
  const top = Math.max(0, Math.min(at - Math.floor(room / 2), matches.length - room));
  const shown = matches
    .slice(top, top + room)
    .map((command, index) =>
      spans(
        [
          span(`  ${command.name.padEnd(20)}`, 'key'),
          span(keysText(command).padEnd(14), 'label'),
          span(words().commands.does[command.name], 'reason'),
        ],
        top + index === at ? 'selected' : 'none',
      ),
    );
  const input = spans([
    span(' : ', 'key'),
    span(text, 'value'),
    span(' ', 'cursor'),
    span(words().screen.palette.hint, 'label'),
  ]);
  return [input, ...(shown.length === 0 ? [line(words().screen.palette.none, 'label')] : shown)];
}
