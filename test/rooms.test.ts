import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT } from './support/tools.ts';

const ROOMS = ['capture', 'src', 'views'] as const;
/** Which rooms a file of a room may import: views → src → capture, and only src/main.ts wires views in. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  capture: ['capture'],
  src: ['src', 'capture'],
  'src/main.ts': ['src', 'capture', 'views'],
  views: ['views', 'src', 'capture'],
};

function filesOf(room: string): string[] {
  return readdirSync(join(PROJECT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(room, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(PROJECT, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

describe('rooms', () => {
  const files = ROOMS.flatMap(filesOf);
  test.each(files)('%s imports only what its room may', (file) => {
    const allowed = MAY_IMPORT[file] ?? MAY_IMPORT[file.split('/')[0] ?? ''] ?? [];
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) continue;
      const target = relative(PROJECT, resolve(PROJECT, dirname(file), name));
      expect(allowed, `${file} imports ${target}`).toContain(target.split('/')[0]);
    }
  });

  test('only views/tui knows blessed', () => {
    const guilty = files.filter(
      (file) => !file.startsWith('views/tui/') && importsOf(file).includes('blessed'),
    );
    expect(guilty).toEqual([]);
  });
});
