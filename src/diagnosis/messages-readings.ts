import { words } from '../words/words.ts';
import type { Reading } from './readings.ts';

/** One sentence: what Wireshark says of a frame, what we say, and why. */
export function readingText({ kind, theirs }: Reading): string {
  const { readings, report } = words();
  const [ours, because] = readings[kind];
  return report.reading(theirs.replaceAll('_', ' '), ours, because);
}
