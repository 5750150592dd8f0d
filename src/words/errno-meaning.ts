import { errnoText } from '../sockets/errno.ts';
import { language } from './language.ts';
import { words } from './words.ts';

/** What an errno means in the reader's language; '' for a rare one that only English has words for, where that is another. */
export function errnoMeaning(name: string): string {
  const known: Readonly<Record<string, string>> = words().errnos;
  if (Object.hasOwn(known, name)) return known[name] ?? '';
  return language() === 'en' ? errnoText(name) : '';
}
