import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasProgram } from '../shared.ts';
import { PROJECT } from '../support/tools.ts';
import { type SampleFacts, sampleFacts } from './facts.ts';
import { tsharkCounts } from './tshark-counts.ts';

const folder = join(PROJECT, 'samples');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.pcapng'))
  .map((name) => name.replace('.pcapng', ''));
const hasTshark = hasProgram('tshark');

function savedFacts(name: string): SampleFacts {
  const { command, ...facts }: SampleFacts & { command: readonly string[] } = JSON.parse(
    readFileSync(join(folder, `${name}.json`), 'utf8'),
  );
  expect(command.slice(0, 2)).toEqual(['sockscope', 'run']);
  return facts;
}

test('there are samples, and each file has its note and its facts', () => {
  expect(names.length).toBeGreaterThanOrEqual(15);
  const stems = new Set(
    readdirSync(folder).map((name) => name.replace(/\.(pcapng|(?:es\.|ca\.)?md|json)$/, '')),
  );
  stems.delete('README');
  expect([...stems].sort()).toEqual([...names].sort());
});

describe.each(names)('%s', (name) => {
  test('what is true in it', { timeout: 30_000 }, async () => {
    expect(await sampleFacts(join(folder, `${name}.pcapng`))).toEqual(savedFacts(name));
  });

  test('has a note that begins with a title and says what to see', () => {
    const path = join(folder, `${name}.md`);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toMatch(/^# .+\n\n- /);
  });

  test.each(['es', 'ca'])('its note says as much in %s, of the same command', (code) => {
    const parts = (path: string) => {
      const text = readFileSync(join(folder, path), 'utf8');
      return { items: text.match(/^- /gm)?.length, commands: text.match(/`sockscope [^`]*`/g) };
    };
    expect(parts(`${name}.${code}.md`)).toEqual(parts(`${name}.md`));
    expect(readFileSync(join(folder, `${name}.${code}.md`), 'utf8')).toMatch(/^# .+\n\n- /);
  });

  test.skipIf(!hasTshark)('tshark counts the same', { timeout: 60_000 }, () => {
    expect(tsharkCounts(join(folder, `${name}.pcapng`), savedFacts(name))).toEqual([]);
  });
});
