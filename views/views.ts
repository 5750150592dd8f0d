import type { Views } from '../src/commands/views.ts';
import { safe } from './escape.ts';
import { jsonLine, printCheckJson } from './json/print-check-json.ts';
import { printJson } from './json/print-json.ts';
import { printRunsJson } from './json/print-runs-json.ts';
import { printCheck, printCheckTable } from './text/print-check.ts';
import { printComparison } from './text/print-comparison.ts';
import { printDoctor } from './text/print-doctor.ts';
import { printLadder } from './text/print-ladder.ts';
import { printRuns } from './text/print-runs.ts';
import { printScenario, printScenarioList } from './text/print-scenarios.ts';
import { printVerification } from './text/print-verification.ts';
import { progressText } from './text/progress.ts';

/** Everything that draws, as the commands know it. */
export const views: Views = {
  texts: { progress: progressText, escape: safe },
  ladder: printLadder,
  textView: async (timeline, view, style) =>
    (await import('./tui/text-view.ts')).textView(timeline, view, style),
  json: printJson,
  verification: printVerification,
  scenario: printScenario,
  scenarioList: printScenarioList,
  check: printCheck,
  checkTable: printCheckTable,
  checkJson: printCheckJson,
  jsonLine,
  comparison: printComparison,
  runs: printRuns,
  runsJson: printRunsJson,
  screen: async (start, display) => (await import('./tui/screen.ts')).screen(start, display),
  doctor: printDoctor,
};
