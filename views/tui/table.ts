import { shorten, widthOf } from '../ladder/line.ts';

/** A column of a table: its title, its width, and on which side its text stands. */
export interface Column {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
}

/** A cell cut or filled to its column's width, with a space after it. */
export function cell(text: string, { width, right }: Omit<Column, 'title'>): string {
  const cut = shorten(text, width, '…');
  const gap = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return `${right === true ? gap + cut : cut + gap} `;
}

export function titles(columns: readonly Column[]): string {
  return columns.map((column) => cell(column.title, column)).join('');
}
