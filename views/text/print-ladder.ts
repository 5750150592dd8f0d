import type { Timeline } from '../../src/timeline/types.ts';
import { ladder } from '../ladder/ladder.ts';
import type { LadderOptions } from '../ladder/scene.ts';
import { lineText } from './colours.ts';

/** The ladder as lines of text, without line ends. */
export function* printLadder(
  timeline: Timeline,
  options: LadderOptions & { readonly colour: boolean },
): Generator<string> {
  for (const line of ladder(timeline, options)) yield lineText(line, options.colour);
}
