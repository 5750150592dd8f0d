import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NAMED_DIFFERENCES } from '../support/named-differences.ts';
import { PROJECT } from '../support/tools.ts';

test('the document lists the differences that the tests allow, and no others', () => {
  const text = readFileSync(join(PROJECT, 'docs', 'tshark.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| difference '));
  expect(rows.map((row) => row.split('|')[1]?.trim())).toEqual(NAMED_DIFFERENCES.map(({ name }) => name));
});
