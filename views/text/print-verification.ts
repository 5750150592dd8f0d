import type { Verification } from '../../src/timeline/verify.ts';
import { grouped } from '../ladder/units.ts';
import { paragraph, type TextOptions } from './paragraph.ts';

/** What `--verify` checked, and what came of it. */
export function* printVerification(verification: Verification, options: TextOptions): Generator<string> {
  for (const { name, ok, checked, detail } of verification.checks) {
    const isVacuous = ok && checked === 0;
    const styles = { label: isVacuous ? 'plain' : ok ? 'good' : 'failed' } as const;
    const said = isVacuous ? 'nothing to check' : `${grouped(checked)} checked`;
    yield* paragraph(
      `${isVacuous ? (options.ascii ? '-   ' : '–   ') : ok ? 'ok  ' : 'FAIL'}  `,
      `${name}: ${said}${detail === '' ? '' : `, ${detail}`}`,
      options,
      styles,
    );
  }
  const { bytesCompared, bytesUnverified } = verification;
  const compared = `${grouped(bytesCompared)} bytes compared, ${grouped(bytesUnverified)} could not be compared`;
  yield* paragraph('      ', compared, options, { text: bytesUnverified > 0 ? 'warning' : 'plain' });
  const verdict = verification.ok ? 'verified: every check passed' : 'NOT VERIFIED';
  yield* paragraph('', verdict, options, { text: verification.ok ? 'good' : 'failed' });
}
