import { COMMANDS, GROUPS, keysText } from '../keys.ts';
import { EMPTY, line, span, spans, type UiLine } from '../style.ts';

/** All commands by group, from the table that the keys come from. */
function allLines(): readonly UiLine[] {
  return GROUPS.flatMap((group) => [
    line(`  ${group}`, 'title'),
    ...COMMANDS.filter((command) => command.group === group).map((command) =>
      spans([
        span(`    ${(keysText(command) || `:${command.name}`).padEnd(16)}`, 'key'),
        span(command.does, 'reason'),
      ]),
    ),
    EMPTY,
  ]);
}

const LINES = allLines();
export const HELP_LINES = LINES.length;

export function helpLines(top: number, height: number): readonly UiLine[] {
  return LINES.slice(top, top + height);
}
