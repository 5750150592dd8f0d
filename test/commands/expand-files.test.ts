import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { expandFiles } from '../../src/commands/expand-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'expand-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'in'));
for (const name of ['b.pcap', 'a.pcap', 'a.txt', '.hidden.pcap', 'in/c.pcap', 'x*.pcap'])
  writeFileSync(join(folder, name), '');

test.each([
  { pattern: '*.pcap', found: ['a.pcap', 'b.pcap', 'x*.pcap'] },
  { pattern: '?.pcap', found: ['a.pcap', 'b.pcap'] },
  { pattern: '*/*.pcap', found: ['in/c.pcap'] },
  { pattern: 'x*.pcap', found: ['x*.pcap'] },
  { pattern: '*.none', found: ['*.none'] },
  { pattern: 'a.pcap', found: ['a.pcap'] },
])('$pattern', ({ pattern, found }) => {
  expect(expandFiles([join(folder, pattern)])).toEqual(found.map((name) => join(folder, name)));
});

test('standard input stays', () => expect(expandFiles(['-'])).toEqual(['-']));
