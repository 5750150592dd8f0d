import { type Stats, statSync } from 'node:fs';

/** What a path leads to; undefined where that cannot be told: why not, whoever opens it says. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined; // not there, behind a folder that may not be entered, a name too long, links in a circle
  }
}
