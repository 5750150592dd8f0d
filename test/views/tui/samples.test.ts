import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sampleFiles } from '../../../views/tui/samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'samples-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

test('no folder, no samples', () => {
  expect(sampleFiles(join(folder, 'missing'))).toEqual([]);
});
