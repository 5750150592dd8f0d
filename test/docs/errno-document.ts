import { ERRNO_TABLE, IMPOSSIBLE } from '../../src/scenarios/support/errno-table.ts';
import { errnoNumber, errnoText } from '../../src/sockets/errno.ts';
import { inEnglish } from '../../src/words/text.ts';

/** The table of docs/errno.md: errno, call, packets, meaning and usual cause, as the exercise `errors` provokes them. */
export function errnoDocument(): string {
  const rows = Object.entries(ERRNO_TABLE).map(([name, { call, shown, cause, needs }]) => {
    const privilege = needs === undefined ? '' : ` (takes ${needs})`;
    return `| ${name} | ${errnoNumber(name)} | \`${call}\` | ${inEnglish(shown)} | ${errnoText(name)} | ${inEnglish(cause)}${privilege} |`;
  });
  const impossible = Object.entries(IMPOSSIBLE).map(([name, why]) => `- **${name}**: ${inEnglish(why)}.`);
  return [
    '| errno | number | call | packets | strerror | meaning and usual cause |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    'Impossible on Linux:',
    '',
    ...impossible,
    '',
  ].join('\n');
}
