import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Call } from '../sockets/call.ts';

const MAX_FILES = 5;
const MAX_BYTES = 100_000;

/** The text of the files beside a user's own scenario in which calls were made, to be kept with the run. */
export function sourcesOf(calls: readonly Call[], userFile: string): Readonly<Record<string, string>> {
  const folder = join(dirname(userFile), '/');
  const sources: Record<string, string> = {};
  const seen = new Set<string>();
  for (const { source } of calls) {
    if (source === null || seen.has(source.file) || seen.size === MAX_FILES) continue;
    if (!isAbsolute(source.file) || !source.file.startsWith(folder)) continue;
    seen.add(source.file);
    const text = textOf(source.file);
    if (text !== null) sources[source.file] = text;
  }
  return sources;
}

function textOf(file: string): string | null {
  try {
    return statSync(file).size <= MAX_BYTES ? readFileSync(file, 'utf8') : null;
  } catch {
    return null; // moved, or mapped from somewhere else: then its lines are not shown
  }
}
