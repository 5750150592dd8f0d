import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import type { ValueDifference } from '../../src/diagnosis/compare.ts';
import { FLAG_FIELDS } from '../../src/diagnosis/flags.ts';
import { COMPARED_VALUES, compareValues } from '../../src/filter/compare-values.ts';
import { mutatedSegments } from './mutated-segments.ts';
import { conversations, type Trouble, writeNanoseconds } from './tcp-conversations.ts';

const TROUBLES: readonly Trouble[] = [
  { loss: 0, reorder: 0, duplicate: 0, uncaptured: 0 },
  { loss: 0.05, reorder: 0.1, duplicate: 0.02, uncaptured: 0.01 },
];
const FIELDS = [...COMPARED_VALUES, ...FLAG_FIELDS.map(([, field]) => field)];

/** Writes damaged conversations of a seed to a file; all in which tshark and we differ, of what needs their history. */
export async function mutatedDifferences(
  path: string,
  seed: number,
  share: number,
): Promise<{ frames: number; differences: ValueDifference[] }> {
  const [trouble = { loss: 0, reorder: 0, duplicate: 0, uncaptured: 0 }] = TROUBLES.slice(
    seed % TROUBLES.length,
  );
  const packets = mutatedSegments(conversations(seed, trouble), seed, share);
  writeNanoseconds(path, packets);
  const { values } = await tsharkFlags(path, FIELDS);
  const capture = await openCapture(path);
  const { valueDifferences } = compareValues(capture, values, FIELDS);
  capture.close();
  return { frames: packets.length, differences: valueDifferences };
}
