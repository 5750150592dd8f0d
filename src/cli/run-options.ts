import { type Command, Option } from 'commander';
import { PARAMETERS } from '../scenarios/parameter-table.ts';
import {
  addDisplayOptions,
  type DisplayOptions,
  displayOptions,
  type RawDisplay,
} from './display-options.ts';

export interface RunOptions {
  readonly scenario: string;
  /** As typed: name → value, true for a flag. Checked against the scenario later. */
  readonly parameters: Readonly<Record<string, string | true | readonly string[]>>;
  readonly output: string | null;
  readonly plainPcap: boolean;
  readonly force: boolean;
  readonly verify: boolean;
  readonly display: DisplayOptions;
}
