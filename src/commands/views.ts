import type { ExitCode } from '../../capture/user-error.ts';
import type { DisplayOptions } from '../cli/display-options.ts';
import type { RunOptions } from '../cli/run-options.ts';
import type { TextView } from '../cli/text-view-options.ts';
import type { Comparison as RunComparison } from '../compare/compare.ts';
import type { CheckReport } from '../diagnosis/check/report.ts';
import type { Comparison } from '../diagnosis/compare.ts';
import type { Probe } from '../lab/doctor-probes.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Timeline } from '../timeline/types.ts';
import type { Verification } from '../timeline/verify.ts';
import type { ScreenTexts } from './run-screen.ts';

/** How text is drawn. */
export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
  readonly ascii: boolean;
  /** Every row, also of long bulk transfers. */
  readonly all: boolean;
}

/** What the full screen begins with. */
export type ScreenStart =
  | { readonly kind: 'home' }
  | { readonly kind: 'run'; readonly options: RunOptions }
  /** `grows`: someone is still writing it; it is shown as it comes. `quiz`: questions come before it. */
  | { readonly kind: 'open'; readonly file: string; readonly grows?: boolean; readonly quiz?: boolean }
  | { readonly kind: 'compare'; readonly files: readonly [left: string, right: string] }
  | { readonly kind: 'live'; readonly device: string; readonly filter: string | null };

/** What the commands need of the views; src/main.ts, the only one who knows the views, fills it in. */
export interface Views {
  readonly texts: ScreenTexts;
  ladder(timeline: Timeline, style: TextStyle): Iterable<string>;
  /** A view of the full screen as text. */
  textView(timeline: Timeline, view: TextView, style: TextStyle): Promise<Iterable<string>>;
  json(timeline: Timeline, verification: Verification | null): Iterable<string>;
  verification(verification: Verification, style: TextStyle): Iterable<string>;
  scenario(scenario: Scenario, style: TextStyle): Iterable<string>;
  scenarioList(scenarios: readonly Scenario[], style: TextStyle): Iterable<string>;
  check(report: CheckReport, style: TextStyle): Iterable<string>;
  /** Several files, one a line. */
  /** `unread`: how many more files could not be read. */
  checkTable(reports: readonly CheckReport[], style: TextStyle, unread: number): Iterable<string>;
  checkJson(report: CheckReport): Iterable<string>;
  /** One object as a line of JSON that is safe for a terminal. */
  jsonLine(value: object): string;
  comparison(comparison: Comparison, style: TextStyle): Iterable<string>;
  /** Two runs side by side; `files` are their names. */
  runs(comparison: RunComparison, files: readonly [string, string], style: TextStyle): Iterable<string>;
  runsJson(comparison: RunComparison, files: readonly [string, string]): Iterable<string>;
  /** Takes the terminal until the user leaves; gives the exit code. */
  screen(start: ScreenStart, display: DisplayOptions): Promise<ExitCode>;
  doctor(probes: readonly Probe[], style: TextStyle): Iterable<string>;
}
