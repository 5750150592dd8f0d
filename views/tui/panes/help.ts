import { words } from '../../../src/words/words.ts';
import { type KeyTable, keysText } from '../key-table.ts';
import { GROUPS } from '../keys.ts';
import { EMPTY, line, span, spans, type UiLine } from '../style.ts';

/** All commands by group, with the keys that they have for this user. */
function allLines(keys: KeyTable): readonly UiLine[] {
  return GROUPS.flatMap((group) => [
    line(`  ${words().commands.groups[group]}`, 'title'),
    ...keys.commands
      .filter((command) => command.group === group)
      .map((command) =>
        spans([
          span(`    ${(keysText(command) || `:${command.name}`).padEnd(16)} `, 'key'),
          span(words().commands.does[command.name], 'reason'),
        ]),
      ),
    EMPTY,
  ]);
}

export function helpLength({ commands }: KeyTable): number {
  return commands.length + GROUPS.length * 2;
}

export function helpLines(keys: KeyTable, top: number, height: number): readonly UiLine[] {
  return allLines(keys).slice(top, top + height);
}
