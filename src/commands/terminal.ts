import { closeSync, openSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { DisplayOptions } from '../cli/display-options.ts';
import type { TextStyle } from './views.ts';

const WIDTH_WITHOUT_TERMINAL = 100;
const NARROWEST = 60;

/** Whether a stream gets colours: FORCE_COLOR, NO_COLOR, TERM=dumb, and whether it is a terminal (no-color.org). */
export function wantsColour(stream: { readonly isTTY?: boolean }): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return stream.isTTY === true && TERM !== 'dumb';
}

/** A locale that is not UTF-8 cannot show box drawing. */
export function asciiOnly(): boolean {
  const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || '';
  return process.stdout.isTTY === true && !/utf-?8/i.test(locale);
}

/** Terminals on which nothing can be put at a place. */
const PLAIN: ReadonlySet<string> = new Set(['', 'dumb', 'unknown']);

/**
 * Whether the full screen is to be used: on a terminal, unless text or JSON was asked for. When standard input is a
 * capture, keys come from the terminal itself.
 */
export function wantsScreen(
  { format, quiz }: Pick<DisplayOptions, 'format' | 'quiz'>,
  inputIsCapture = false,
): boolean {
  if (quiz === 'answers') return false; // they are printed
  if (format !== 'auto' || process.stdout.isTTY !== true || PLAIN.has(process.env.TERM ?? '')) return false;
  if (!isInForeground()) return false;
  return inputIsCapture ? !isatty(0) && hasTerminal() : process.stdin.isTTY === true;
}

/**
 * Whether the terminal is ours to take: a job in the background (`sockscope run … &`) would only be stopped by it (SIGTTOU).
 * Process group and the terminal's foreground group are fields 5 and 8 of /proc/PID/stat (proc(5)); -1: no terminal of its own.
 */
export function isInForeground(): boolean {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return foreground === '-1' || foreground === group;
}

/** The terminal that the process was started at, whatever standard input is. */
export const TERMINAL = '/dev/tty';

function hasTerminal(): boolean {
  try {
    closeSync(openSync(TERMINAL, 'r'));
    return true;
  } catch {
    return false;
  }
}

export function textStyle(display: DisplayOptions): TextStyle {
  const columns = process.stdout.isTTY === true ? process.stdout.columns : WIDTH_WITHOUT_TERMINAL;
  return {
    width: display.width ?? Math.max(NARROWEST, columns),
    colour: display.colour ?? wantsColour(process.stdout),
    ascii: display.ascii || asciiOnly(),
    all: display.all,
  };
}

/** Writes lines to standard output, waiting when the reader is slow. A reader that has gone away ends us quietly. */
export async function printLines(lines: Iterable<string>): Promise<void> {
  const BATCH = 1 << 16;
  let batch = '';
  for (const line of lines) {
    batch += `${line}\n`;
    if (batch.length < BATCH) continue;
    await write(batch);
    batch = '';
  }
  if (batch !== '') await write(batch);
}

/** Writes pieces of text to standard output, waiting when the reader is slow. */
export async function printPieces(pieces: Iterable<Uint8Array>): Promise<void> {
  for (const piece of pieces) await write(piece);
}

function write(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
