import { words } from '../../src/words/words.ts';
import { keysText } from './key-table.ts';
import { COMMANDS, GROUPS } from './keys.ts';

/** The keys as a page of the documentation, from the table that the screen itself uses. */
export function keysMarkdown(): string {
  const { does, groups } = words().commands;
  const parts = GROUPS.map((group) => {
    const rows = COMMANDS.filter((command) => command.group === group).map((command) => {
      const keys = keysText(command)
        .split(' ')
        .filter((key) => key !== '');
      return `| ${keys.map((key) => `\`${key}\``).join(' ')} | \`:${command.name}\` | ${does[command.name].replaceAll('|', '\\|')} |`;
    });
    return `## ${groups[group]}\n\n| keys | command | |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  const head =
    'Every key is a command, and every command can be typed after `:`. This page is made from the table that the screen uses.';
  return `# Keys of the full screen\n\n${head}\n\n${parts.join('\n')}`;
}
