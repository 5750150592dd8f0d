import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Call } from './call.ts';
import { PLACE_SEPARATOR } from './source-place.ts';

type Source = Call['source'];

/** Turns places in compiled files into places in what the author wrote, through the .js.map beside the file. */
export class SourceMapper {
  private readonly root: string | null;
  private readonly places = new Map<string, Source>();
  private readonly maps = new Map<string, SourceMap | null>();

  constructor(root: string | null) {
    this.root = root;
  }

  /** The source of a place as source-place.ts writes it. The same object for the same place: there are few. */
  locate(place: string | null): Source {
    if (place === null) return null;
    const known = this.places.get(place);
    if (known !== undefined) return known;
    const source = this.resolvePlace(place);
    this.places.set(place, source);
    return source;
  }

  private resolvePlace(place: string): Source {
    const [file = '', lineText = '0', columnText = '1', func = ''] = place.split(PLACE_SEPARATOR);
    const line = Number(lineText);
    const entry = this.mapOf(file)?.findEntry(line - 1, Math.max(0, Number(columnText) - 1));
    const isMapped =
      entry !== undefined && 'originalSource' in entry && typeof entry.originalSource === 'string';
    const source = isMapped ? resolve(dirname(file), entry.originalSource) : file;
    return { file: this.shorten(source), line: isMapped ? entry.originalLine + 1 : line, func: func || null };
  }

  private shorten(file: string): string {
    if (this.root === null) return file;
    const short = relative(this.root, file);
    return short.startsWith('..') || isAbsolute(short) ? file : short;
  }

  private mapOf(file: string): SourceMap | null {
    const known = this.maps.get(file);
    if (known !== undefined) return known;
    const map = readMap(`${file}.map`);
    this.maps.set(file, map);
    return map;
  }
}

/** Missing and unreadable maps are no error: the place in the compiled file is then the answer. */
function readMap(path: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
