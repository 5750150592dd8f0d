import { EXIT, UserError } from '../../capture/user-error.ts';
import type { FilterNode } from './ast.ts';
import type { FilterError } from './error.ts';
import { type Filter, parseFilter } from './filter.ts';
import { operandsOf } from './operands.ts';
import { ROW_FIELDS } from './row-fields.ts';

/** The filter of a command line. A UserError (exit code 2) that points at the place where it goes wrong. */
export function filterOption(text: string): Filter {
  const result = parseFilter(text);
  if (result.ok) return result.filter;
  throw new UserError(`the filter cannot be used: ${result.error.message}`, {
    hint: pointAt(text, result.error),
    exitCode: EXIT.usage,
  });
}

/** The filter, a line that marks the place, and what to do about it. */
function pointAt(text: string, { from, to, hint }: FilterError): string {
  const shown = text.replace(/\p{Cc}/gu, ' ');
  const mark = `${' '.repeat(from)}^${'~'.repeat(Math.max(0, to - from - 1))}`;
  return [shown, mark, hint].filter((line) => line !== '').join('\n  ');
}

/** Whether a filter asks for anything that only the time line of a session can tell. */
export function needsTimeline(node: FilterNode | null): boolean {
  return node !== null && [...operandsOf(node)].some(({ field }) => ROW_FIELDS.has(field.name));
}
