import { shorten, widthOf } from '../ladder/line.ts';
import { forAscii, forScreen } from './screen-text.ts';
import type { UiLine } from './style.ts';
import type { Theme } from './theme.ts';

/** A line as text with SGR sequences, cut or filled up to exactly `width` columns; in ASCII only where that is asked for. */
export function paint({ spans, back }: UiLine, width: number, theme: Theme, ascii = false): string {
  const ground = theme.back[back];
  let out = '';
  let room = width;
  for (const [index, { text, style, back: own }] of spans.entries()) {
    if (room <= 0) break;
    const clean = ascii ? asciiText(text, index === spans.length - 1 ? room : 0) : forScreen(text);
    const shown = widthOf(clean) > room ? shorten(clean, room, ascii ? '..' : '…') : clean;
    room -= widthOf(shown);
    out += painted(shown, theme.fore[style], own === undefined ? ground : theme.back[own]);
  }
  return room > 0 ? out + painted(' '.repeat(room), '', ground) : out;
}

function painted(text: string, fore: string, ground: string): string {
  const parameters = fore === '' ? ground : ground === '' ? fore : `${ground};${fore}`;
  return parameters === '' || text === '' ? text : `\x1b[${parameters}m${text}\x1b[m`;
}

/** In ASCII; the dots at the end of the last text of a line take no letter of it where there is room. */
function asciiText(text: string, room: number): string {
  const hasRoom = text.endsWith('…') && widthOf(text) < room;
  return hasRoom ? `${forAscii(forScreen(text.slice(0, -1)))}..` : forAscii(forScreen(text));
}
