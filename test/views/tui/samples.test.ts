import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setLanguage } from '../../../src/words/language.ts';
import { sampleFiles } from '../../../views/tui/samples.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samples-'));
});
afterEach(() => {
  setLanguage('en');
  rmSync(folder, { recursive: true, force: true });
});

test('captures are listed by name, each with the first line of its note', () => {
  mkdirSync(join(folder, 'captures'));
  writeFileSync(join(folder, 'captures/loss.pcapng'), '');
  writeFileSync(
    join(folder, 'captures/loss.md'),
    '# A lost `segment`\nWhat to see:\n\n- three duplicate ACKs\n- the\n  retransmission \x1b[31m\n',
  );
  writeFileSync(join(folder, 'captures/bare.pcap.gz'), '');
  writeFileSync(join(folder, 'README.md'), 'no capture');
  expect(sampleFiles(folder).map(({ name, title, note }) => ({ name, title, note }))).toEqual([
    { name: 'captures/bare', title: '', note: [] },
    {
      name: 'captures/loss',
      title: 'A lost segment',
      note: ['What to see:', '- three duplicate ACKs', '- the retransmission \\x1b[31m'],
    },
  ]);
});

test('the note in the language of the reader, where there is one', () => {
  for (const name of ['both', 'one']) {
    writeFileSync(join(folder, `${name}.pcap`), '');
    writeFileSync(join(folder, `${name}.md`), '# A lost segment\n');
  }
  writeFileSync(join(folder, 'both.es.md'), '# Un segmento perdido\n');
  setLanguage('es');
  expect(sampleFiles(folder).map(({ title }) => title)).toEqual(['Un segmento perdido', 'A lost segment']);
});

test('no folder, no samples', () => {
  expect(sampleFiles(join(folder, 'missing'))).toEqual([]);
});
