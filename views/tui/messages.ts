import type { Comparison } from '../../src/compare/compare.ts';
import type { Question } from '../../src/scenarios/quiz.ts';
import type { Action } from './actions.ts';
import type { Document } from './document.ts';
import type { Size } from './geometry.ts';
import type { Running, ScenarioEntry } from './model.ts';
import type { Shown } from './packet-rows.ts';
import type { SavedFilters } from './saved-filters.ts';

/** Everything that can happen: what the user does, and news from outside. */
export type Message =
  | { readonly kind: 'key'; readonly name: string; readonly text: string | null }
  | MouseMessage
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'resize'; readonly size: Size }
  | News;

export interface MouseMessage {
  readonly kind: 'mouse';
  readonly action: 'down' | 'up' | 'drag' | 'wheel-up' | 'wheel-down';
  readonly x: number;
  readonly y: number;
}

export type News =
  /** A session to show, or more of the one that is shown. */
  | { readonly kind: 'document'; readonly document: Document }
  /** Two runs side by side. */
  | {
      readonly kind: 'compared';
      readonly left: Document;
      readonly right: Document;
      readonly comparison: Comparison;
    }
  /** A run has begun that is to be asked about before it is shown; false: it came to nothing. */
  | { readonly kind: 'quiz-run'; readonly goesOn: boolean }
  /** What to ask about a session, which is not shown before. */
  | { readonly kind: 'quiz'; readonly document: Document; readonly questions: readonly Question[] }
  | { readonly kind: 'running'; readonly running: Running | null }
  | { readonly kind: 'loading'; readonly share: number | null; readonly rows: number }
  /** Nothing is read or goes on any more. */
  | { readonly kind: 'loaded' }
  /** What was asked for has to wait until the run that goes on is over. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'hits'; readonly text: string; readonly hits: Uint32Array; readonly isDone: boolean }
  | {
      readonly kind: 'filtered';
      readonly document: Document;
      readonly filter: string;
      readonly shown: Shown;
    }
  /** A file that was to be written is there already. */
  | { readonly kind: 'exists'; readonly does: 'save' | 'export'; readonly file: string }
  | { readonly kind: 'tick'; readonly elapsedMs: number }
  | { readonly kind: 'filters'; readonly filters: SavedFilters }
  | { readonly kind: 'scenarios'; readonly scenarios: readonly ScenarioEntry[] }
  | { readonly kind: 'recent'; readonly recent: readonly string[] }
  | {
      readonly kind: 'status';
      readonly text: string;
      readonly isError: boolean;
      /** It is old news as soon as there are rows. */
      readonly untilRows?: boolean;
    };
