import type { Reason, Timeline } from '../../src/timeline/types.ts';

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
  readonly names: (call: number) => string;
  /** Makes text safe and, when asked, ASCII. */
  readonly clean: (text: string) => string;
  /** A reason or finding in words, clean. */
  readonly words: (reason: Reason) => string;
}
