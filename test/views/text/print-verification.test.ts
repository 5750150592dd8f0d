import { expect, test } from 'vitest';
import { printVerification } from '../../../views/text/print-verification.ts';

const OPTIONS = { width: 60, colour: false, ascii: true };
const passed = { name: 'headers are sound', ok: true, checked: 1234, detail: '' };
const failed = { name: 'checksums are right', ok: false, checked: 2, detail: 'row 0: \u001b[2J' };

test('each check has a line, then the bytes, then the verdict', () => {
  const verification = { checks: [passed, failed], bytesCompared: 20, bytesUnverified: 1, ok: false };
  expect([...printVerification(verification, OPTIONS)]).toEqual([
    'ok    headers are sound: 1 234 checked',
    'FAIL  checksums are right: 2 checked, row 0: \\x1b[2J',
    '      20 bytes compared, 1 could not be compared',
    'NOT VERIFIED',
  ]);
});

test('that passed says so', () => {
  const verification = { checks: [passed], bytesCompared: 0, bytesUnverified: 0, ok: true };
  expect([...printVerification(verification, OPTIONS)].at(-1)).toBe('verified: every check passed');
});

test('a check that had nothing to look at does not say ok', () => {
  const empty = { name: 'datagrams balance', ok: true, checked: 0, detail: 'not checked: why' };
  const verification = { checks: [empty], bytesCompared: 0, bytesUnverified: 0, ok: true };
  const line = (ascii: boolean) => [...printVerification(verification, { ...OPTIONS, ascii })][0];
  expect(line(true)).toBe('-     datagrams balance: nothing to check, not checked: why');
  expect(line(false)).toBe('–     datagrams balance: nothing to check, not checked: why');
});
