import type { Verification } from '../../src/timeline/verify.ts';
import { words } from '../../src/words/words.ts';
import { grouped } from '../ladder/units.ts';
import { paragraph, type TextOptions } from './paragraph.ts';

/** What `--verify` checked, and what came of it. */
export function* printVerification(verification: Verification, options: TextOptions): Generator<string> {
  const said = words().ladder;
  for (const { name, ok, checked, detail } of verification.checks) {
    const isVacuous = ok && checked === 0;
    const styles = { label: isVacuous ? 'plain' : ok ? 'good' : 'failed' } as const;
    const found = isVacuous ? said.nothingToCheck : said.checked(grouped(checked));
    yield* paragraph(
      `${isVacuous ? (options.ascii ? '-   ' : '–   ') : ok ? 'ok  ' : said.fail}  `,
      `${nameOf(name)}: ${found}${detail === '' ? '' : `, ${detail}`}`,
      options,
      styles,
    );
  }
  const { bytesCompared, bytesUnverified } = verification;
  const compared = said.bytesCompared(grouped(bytesCompared), grouped(bytesUnverified));
  yield* paragraph('      ', compared, options, { text: bytesUnverified > 0 ? 'warning' : 'plain' });
  const verdict = verification.ok ? said.verified : said.notVerified;
  yield* paragraph('', verdict, options, { text: verification.ok ? 'good' : 'failed' });
}

function nameOf(check: string): string {
  const names: Readonly<Record<string, string>> = words().texts.verify;
  return names[check] ?? check;
}
