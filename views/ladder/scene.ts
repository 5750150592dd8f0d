import type { Timeline } from '../../src/timeline/types.ts';
import type { Words } from '../../src/timeline/words.ts';

export interface LadderOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** No characters beyond ASCII. */
  readonly ascii: boolean;
  /** Show every row, however many are alike. */
  readonly all: boolean;
}

/** What every part of a ladder needs to know. */
export interface Scene extends LadderOptions {
  readonly timeline: Timeline;
  readonly startNs: bigint;
  readonly words: Words;
  /** The name of a call in the lane of its role: 'send#2'. */
  readonly nameInLane: (call: number) => string;
  /** Kinds of reasons that need to be said only once in a ladder, and those that were. */
  readonly said: Set<string>;
  /** The run goes on: a call without a return blocks now. */
  readonly isRunning?: boolean;
  /** Makes text safe and, when asked, ASCII. */
  readonly clean: (text: string) => string;
}
