import type { Views } from '../src/commands/views.ts';
import { safe } from './escape.ts';
import { printJson } from './json/print-json.ts';
import { printDoctor } from './text/print-doctor.ts';
import { printLadder } from './text/print-ladder.ts';
import { printScenario, printScenarioList } from './text/print-scenarios.ts';
import { printVerification } from './text/print-verification.ts';
import { progressText } from './text/progress.ts';

/** Everything that draws, as the commands know it. */
export const views: Views = {
  texts: { progress: progressText, escape: safe },
  ladder: printLadder,
  json: printJson,
  verification: printVerification,
  scenario: printScenario,
  scenarioList: printScenarioList,
  screen: async (start, display) => (await import('./tui/screen.ts')).screen(start, display),
  doctor: printDoctor,
};
