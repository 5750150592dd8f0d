import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT } from '../support/tools.ts';

const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'samples/README.md'] as const;
/** Folders of ours: what begins with one of them is a path in the project. */
const FOLDERS = ['bin', 'capture', 'docs', 'samples', 'scripts', 'src', 'test', 'views'] as const;
/** The reader's own files, and the user's. */
const OTHERS: ReadonlySet<string> = new Set(['./mine.js', 'mine.js', 'package.json']);

const manifest: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(PROJECT, 'package.json'), 'utf8'),
);
const files = [...FOLDERS, ...readdirSync(PROJECT).filter((name) => /\.(?:md|json|ts)$/.test(name))].flatMap(
  (name) =>
    name.includes('.')
      ? [name]
      : readdirSync(join(PROJECT, name), { recursive: true, encoding: 'utf8' }).map(
          (path) => `${name}/${path}`,
        ),
);

function textOf(document: string): string {
  return readFileSync(join(PROJECT, document), 'utf8');
}

/** What stands in backquotes or in a block of commands. */
function codeOf(document: string): string[] {
  const text = textOf(document);
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const spans = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(
    ([, span = '']) => span,
  );
  return [...blocks, ...spans];
}

function wordsOf(document: string): string[] {
  return codeOf(document).flatMap((code) => code.split(/[\s,;()]+/));
}

/** Words that name a file or a folder of ours, from the root or, as in a sentence about a folder, by their end. */
function pathsOf(document: string): string[] {
  const begins = new RegExp(`^(?:${FOLDERS.join('|')})/`);
  return wordsOf(document).filter(
    (word) =>
      !/[*…=]|^\.\.\//.test(word) &&
      !OTHERS.has(word) &&
      (begins.test(word) || /\w\.(?:ts|mjs|js|md|json|txt)$/.test(word)),
  );
}

/** The heading that GitHub makes this anchor for. */
function anchorsOf(document: string): string[] {
  return [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(DOCUMENTS)('%s names', (document) => {
  test('files and folders that are there', () => {
    const missing = pathsOf(document).filter((path) => {
      const name = path.replace(/^\.?\/|\/$/g, '');
      return !files.some((file) => file === name || file.endsWith(`/${name}`));
    });
    expect(missing).toEqual([]);
  });

  test('scripts that package.json has', () => {
    const named = codeOf(document).flatMap((code) => [
      ...[...code.matchAll(/npm run (?:-\S+ )?([a-z]+)/g)].map(([, name = '']) => name),
      ...(/\bnpm test\b/.test(code) ? ['test'] : []),
    ]);
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  test('pages and headings that are there', () => {
    const links = [...textOf(document).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    const broken = links.filter(([, page = '', anchor]) => {
      const target = page === '' ? document : page;
      if (!existsSync(join(PROJECT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

test('the drawing of the rooms in ARCHITECTURE.md has every folder of them, and no other', () => {
  const drawing = /## Rooms[\s\S]*?^```\n([\s\S]*?)^```/m.exec(textOf('ARCHITECTURE.md'))?.[1] ?? '';
  const drawn: string[] = [];
  let room = '';
  for (const line of drawing.split('\n')) {
    const names = [...(line.trimStart().split(/ {2,}/)[0] ?? '').matchAll(/([a-z]+)\//g)].map(
      ([, name = '']) => name,
    );
    if (line.startsWith(' ')) drawn.push(...names.map((name) => `${room}/${name}`));
    else room = names[0] ?? '';
  }
  const there = ['capture', 'src', 'views'].flatMap((name) =>
    readdirSync(join(PROJECT, name), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${name}/${entry.name}`),
  );
  expect(drawn.sort()).toEqual(there.sort());
});
