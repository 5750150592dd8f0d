import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PACKAGE_ROOT } from '../../src/lab/package-root.ts';
import { language } from '../../src/words/language.ts';
import { safe } from '../escape.ts';

/** A capture that comes with sockscope, and what is to be seen in it. */
export interface Sample {
  readonly path: string;
  /** Its name without the folder and the extension. */
  readonly name: string;
  /** The first line of its note, and the paragraphs after it; '' where there is none. */
  readonly title: string;
  readonly note: readonly string[];
}

const CAPTURE = /\.(?:pcapng|pcap|cap)(?:\.gz)?$/;

/** The captures of a folder and its folders, in order of their names, each with the note beside it: NAME.es.md in the reader's language, else NAME.md. */
export function sampleFiles(folder = join(PACKAGE_ROOT, 'samples')): readonly Sample[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return []; // not installed with them
  }
  return names
    .filter((name) => CAPTURE.test(name))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const bare = path.replace(CAPTURE, '');
      const own = paragraphs(`${bare}.${language()}.md`);
      const [title = '', ...note] = own.length > 0 ? own : paragraphs(`${bare}.md`);
      return { path, name: relative(folder, bare), title, note };
    });
}

/** Paragraphs of a note as plain lines: marks of headings, emphasis and code are left out. */
function paragraphs(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text
    .split(/\n\s*\n|\n(?=[-#*] )|(?<=^#.*)\n/m)
    .map((part) =>
      safe(
        part
          .replace(/^#+\s*/, '')
          .replace(/[`*]/g, '')
          .replace(/\s+/g, ' ')
          .trim(),
      ),
    )
    .filter((part) => part !== '');
}
