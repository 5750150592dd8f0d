import { shorten, widthOf } from '../ladder/line.ts';
import { forAscii, forScreen } from './screen-text.ts';
import type { UiLine } from './style.ts';
import type { Theme } from './theme.ts';

/** A line as text with SGR sequences, cut or filled up to exactly `width` columns; in ASCII only where that is asked for. */
export function paint({ spans, back }: UiLine, width: number, theme: Theme, ascii = false): string {
  const ground = theme.back[back];
  let out = '';
  let room = width;
  for (const { text, style, back: own } of spans) {
    if (room <= 0) break;
    const clean = ascii ? forAscii(forScreen(text)) : forScreen(text);
    const shown = widthOf(clean) > room ? shorten(clean, room, ascii ? '.' : '…') : clean;
    room -= widthOf(shown);
    out += painted(shown, theme.fore[style], own === undefined ? ground : theme.back[own]);
  }
  return room > 0 ? out + painted(' '.repeat(room), '', ground) : out;
}

function painted(text: string, fore: string, ground: string): string {
  const parameters = fore === '' ? ground : ground === '' ? fore : `${ground};${fore}`;
  return parameters === '' || text === '' ? text : `\x1b[${parameters}m${text}\x1b[m`;
}
