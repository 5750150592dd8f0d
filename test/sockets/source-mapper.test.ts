import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SourceMapper } from '../../src/sockets/source-mapper.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Line and column (from 1) of a text in a file. */
function find(file: string, text: string): { line: number; column: number } {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(text));
  return { line: index + 1, column: (lines[index] ?? '').indexOf(text) + 1 };
}

test.each(['call.leave(libc.sendto(', 'learnLocal(state);', 'call.leave(libc.read('])(
  '%s in the compiled file is found in the source',
  (text) => {
    const compiled = find('dist/src/sockets/data-calls.js', text);
    const place = [
      join(ROOT, 'dist/src/sockets/data-calls.js'),
      compiled.line,
      compiled.column,
      'sendto',
    ].join('\0');
    const { line } = find('src/sockets/data-calls.ts', text);
    expect(compiled.line).not.toBe(line);
    const mapper = new SourceMapper(ROOT);
    expect(mapper.locate(place)).toEqual({ file: 'src/sockets/data-calls.ts', line, func: 'sendto' });
    expect(mapper.locate(place)).toBe(mapper.locate(place));
    expect(new SourceMapper(null).locate(place)?.file).toBe(join(ROOT, 'src/sockets/data-calls.ts'));
  },
);

test('a file without a map is its own source, and no place is none', () => {
  const mapper = new SourceMapper('/home/someone');
  expect(mapper.locate('/home/someone/a/b.mjs\x007\x003\0')).toEqual({
    file: 'a/b.mjs',
    line: 7,
    func: null,
  });
  expect(mapper.locate('/elsewhere/b.mjs\x007\x003\0main')).toEqual({
    file: '/elsewhere/b.mjs',
    line: 7,
    func: 'main',
  });
  expect(mapper.locate(null)).toBeNull();
});
