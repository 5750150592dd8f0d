import type { Line, Style } from '../ladder/line.ts';

const RESET = '\x1b[0m';

/** SGR parameters (ECMA-48 §8.3.117) of the 16 colours, which every terminal has and lets its user choose. */
const COLOURS: Readonly<Record<Style, string>> = {
  plain: '',
  dim: '2',
  bold: '1',
  lane: '2',
  blocked: '33',
  call: '36',
  failed: '1;31',
  syn: '32',
  data: '34;1',
  ack: '',
  fin: '35',
  rst: '31',
  datagram: '34;1',
  lost: '1;31',
  state: '3;32',
  reason: '3',
  warning: '1;33',
  good: '32',
};

/** A line of the ladder as text, with colours or without. */
export function lineText(line: Line, colour: boolean): string {
  return line.map(({ text, style }) => painted(text, COLOURS[style], colour)).join('');
}

function painted(text: string, parameters: string, colour: boolean): string {
  return colour && parameters !== '' ? `\x1b[${parameters}m${text}${RESET}` : text;
}
