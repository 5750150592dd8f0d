import type { Style } from '../ladder/line.ts';

/** What a piece of the screen is; a theme gives it its colours. */
export type UiStyle =
  | Style
  | 'bar'
  | 'bar-on'
  | 'bar-key'
  | 'title'
  | 'key'
  | 'label'
  | 'value'
  | 'border'
  | 'hit'
  | 'mark'
  | 'cursor'
  | 'error'
  | 'flow0'
  | 'flow1'
  | 'flow2'
  | 'flow3'
  | 'flow4'
  | 'flow5';

export const FLOW_STYLES = ['flow0', 'flow1', 'flow2', 'flow3', 'flow4', 'flow5'] as const;

export interface UiSpan {
  readonly text: string;
  readonly style: UiStyle;
  /** What it stands on where that is not the line's. */
  readonly back?: Back;
}

/** What a whole line stands on. */
export type Back = 'none' | 'bar' | 'selected' | 'dimmed' | 'linked' | 'box';

/** One line of the screen, which the painter fills up to its width. */
export interface UiLine {
  readonly spans: readonly UiSpan[];
  readonly back: Back;
}

export function line(text: string, style: UiStyle = 'plain', back: Back = 'none'): UiLine {
  return { spans: text === '' ? [] : [{ text, style }], back };
}

export function spans(parts: readonly UiSpan[], back: Back = 'none'): UiLine {
  return { spans: parts, back };
}

export function span(text: string, style: UiStyle = 'plain'): UiSpan {
  return { text, style };
}

export const EMPTY: UiLine = { spans: [], back: 'none' };
