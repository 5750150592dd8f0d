import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../capture/user-error.ts';

const WILD = /[*?]/;

/**
 * Expands * and ? in file names that the shell left as they are (quoted, or too many for a command line), sorted by name.
 * A name that exists is never a pattern; a pattern that nothing fits stays, and is said to be missing. Standard input may be
 * named once, else a UserError.
 */
export function expandFiles(files: readonly string[]): string[] {
  if (files.indexOf('-') !== files.lastIndexOf('-'))
    throw new UserError('standard input can be read only once', {
      hint: 'name - once among the files',
      exitCode: EXIT.usage,
    });
  return files.flatMap((file) => {
    if (!WILD.test(file) || existsSync(file)) return [file];
    const [first = '', ...rest] = file.split('/');
    const found = file.startsWith('/') ? matches('/', rest) : matches('', [first, ...rest]);
    return found.length > 0 ? found : [file];
  });
}

function matches(folder: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  if (!WILD.test(part)) {
    const path = join(folder, part);
    return existsSync(path) ? matches(path, rest) : [];
  }
  const source = part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const pattern = new RegExp(`^${source}$`, 's');
  return namesIn(folder === '' ? '.' : folder)
    .filter((name) => pattern.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .flatMap((name) => matches(join(folder, name), rest));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // No folder, or one that may not be read: nothing in it fits.
    return [];
  }
}
