import type { EngineName } from '../../../capture/live/engine.ts';
import type { Conditions } from '../../../src/lab/conditions/conditions.ts';

/** What a process under conditions is told. */
export interface ConditionsJob {
  readonly conditions: Conditions;
  readonly out: string;
  readonly engine?: EngineName;
  readonly filter?: string | null;
  readonly family: 4 | 6;
  readonly count: number;
  /** Payload bytes, 4 or more. */
  readonly size: number;
  /** For what is still on its way through a slow queue when the last was sent. */
  readonly waitMs?: number;
}

/** What it answers. */
export interface ConditionsReport {
  readonly error: { readonly message: string; readonly hint: string; readonly exitCode: number } | null;
  readonly granted: Readonly<Record<string, string | number | boolean | null>>;
  readonly notes: readonly string[];
  readonly complete: boolean;
  readonly finishMs: number;
  /** Numbers of the datagrams that arrived. */
  readonly arrived: readonly number[];
  readonly lost: readonly { readonly timeUs: number | null; readonly hex: string }[];
  readonly missed: number;
  readonly queueDropped: number;
  readonly sentinelPort: number;
}
