import { printable } from '../ladder/glyphs.ts';
import { type Line, type Style, widthOf, wrap } from '../ladder/line.ts';
import { lineText } from './colours.ts';

/** How text is drawn. */
export interface TextOptions {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
  readonly ascii: boolean;
}

/** Lines of text with a label before them; text that is longer than the line hangs under its beginning. */
export function* paragraph(
  label: string,
  text: string,
  options: TextOptions,
  styles: { readonly label?: Style; readonly text?: Style } = {},
): Generator<string> {
  const head = printable(label, options.ascii);
  const indent = widthOf(head);
  const wrapped = wrap(printable(text, options.ascii), Math.max(options.width - indent, 20));
  const parts = wrapped.length === 0 ? [''] : wrapped;
  for (const [index, part] of parts.entries()) {
    const line: Line = [
      { text: index === 0 ? head : ' '.repeat(indent), style: styles.label ?? 'plain' },
      { text: part, style: styles.text ?? 'plain' },
    ];
    yield lineText(line, options.colour).trimEnd();
  }
}

/** One line in bold. */
export function heading(text: string, options: TextOptions): string {
  return lineText([{ text: printable(text, options.ascii), style: 'bold' }], options.colour);
}
