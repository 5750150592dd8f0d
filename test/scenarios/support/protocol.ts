import type { ParameterValues } from '../../../src/scenarios/parameters.ts';
import type { RoleSignal } from '../../../src/scenarios/scenario.ts';

/** What a played role is told, as JSON in its environment. */
export interface Play {
  readonly scenario: string;
  readonly parameters: ParameterValues;
  readonly role: string;
  readonly index: number;
  readonly entry: string;
  readonly inherited: { readonly fd: number; readonly id: string } | null;
}

export const PLAY_VARIABLE = 'SOCKSCOPE_TEST_PLAY';

/** What it says on standard output, a JSON line each. */
export type FromPlay =
  | { readonly type: 'ready'; readonly role: string }
  | { readonly type: 'print'; readonly role: string; readonly line: string }
  | { readonly type: 'signal'; readonly to: string; readonly signal: RoleSignal }
  | { readonly type: 'read'; readonly role: string; readonly names: readonly string[] }
  | {
      readonly type: 'report';
      readonly role: string;
      readonly key: string;
      readonly value: string | number | boolean;
    };
