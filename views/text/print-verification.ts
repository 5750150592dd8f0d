import type { Verification } from '../../src/timeline/verify.ts';
import { paragraph, type TextOptions } from './paragraph.ts';

/** What `--verify` checked, and what came of it. */
export function* printVerification(verification: Verification, options: TextOptions): Generator<string> {
  const verdict = verification.ok ? 'verified: every check passed' : 'NOT VERIFIED';
  yield* paragraph('', verdict, options, { text: verification.ok ? 'good' : 'failed' });
}
