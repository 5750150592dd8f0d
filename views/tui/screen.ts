import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { ExitCode } from '../../capture/user-error.ts';
import type { DisplayOptions } from '../../src/cli/display-options.ts';
import { asciiOnly, TERMINAL } from '../../src/commands/terminal.ts';
import type { ScreenStart } from '../../src/commands/views.ts';
import { actAsInvokingUser } from '../../src/lab/privileges.ts';
import { parametersOf } from '../../src/scenarios/parameter-table.ts';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadAll } from '../../src/scenarios/registry.ts';
import { say } from '../../src/words/text.ts';
import { abilitiesOf } from './abilities.ts';
import { App } from './app.ts';
import type { ScenarioEntry } from './model.ts';
import { readColumns } from './packet-columns.ts';
import { recentFiles } from './recent.ts';
import { sampleFiles } from './samples.ts';
import { readFilters } from './saved-filters.ts';
import { readSettings } from './settings.ts';
import { watchSignals } from './signals.ts';
import { type ThemeName, themeFor } from './theme.ts';

/** Takes the terminal, shows what was asked for, and gives the terminal back when the user leaves. */
export async function screen(start: ScreenStart, display: DisplayOptions): Promise<ExitCode> {
  actAsInvokingUser();
  // What a capture shows needs no scenarios: its first rows are not to wait for their programs.
  const isCaptured = start.kind !== 'home' && start.kind !== 'run';
  const scenarios = isCaptured ? [] : await scenarioEntries();
  const abilities = abilitiesOf(process.env.TERM);
  const settings = readSettings();
  const saved = readFilters();
  const kept = readColumns();
  // Standard input may be the capture: keys are then read from the terminal itself.
  const isInput = start.kind === 'open' && start.file === '-';
  const input = isInput ? new ReadStream(openSync(TERMINAL, 'r')) : process.stdin;
  const signals = watchSignals();
  const app = new App(
    { input, output: process.stdout },
    {
      theme: display.colour === false ? 'mono' : themeOfUser(settings.theme),
      ascii: display.ascii || asciiOnly() || !abilities.unicode,
      mouse: settings.mouse && abilities.mouse,
      keys: settings.keys,
      filters: saved.filters,
      columns: kept.columns,
      problems: [...settings.problems, ...saved.problems, ...kept.problems],
      scenarios,
      recent: recentFiles(),
      samples: sampleFiles(),
    },
  );
  signals.guard(app);
  for (const event of ['end', 'error']) input.once(event, signals.hangUp);
  try {
    app.begin(start);
    if (isCaptured) app.hear({ kind: 'scenarios', scenarios: await scenarioEntries() });
    const { code, lastView } = await app.ended;
    // Only when the terminal is back on its own screen does what is printed stay there.
    app.close();
    if (lastView !== null) process.stdout.write(`${lastView.join('\n')}\n`);
    return signals.code ?? code;
  } finally {
    app.close();
    signals.release();
    // Keys that are still on their way would keep the process alive.
    input.off('end', signals.hangUp);
    input.pause();
    input.unref();
    if (isInput) input.destroy();
  }
}

/** The theme that is set, but on a terminal without colours, or where none are wanted. */
function themeOfUser(theme: ThemeName | null): ThemeName {
  const usual = themeFor(process.env);
  return usual === 'mono' ? usual : (theme ?? usual);
}

/** What a newcomer should meet first stands first. */
const FIRST = 'tcp-echo';

async function scenarioEntries(): Promise<readonly ScenarioEntry[]> {
  const entries = (await loadAll()).map((scenario): ScenarioEntry => {
    const { id, title, teaches, lookFor } = scenario;
    return {
      id,
      title: say(title),
      teaches: say(teaches),
      lookFor: lookFor(parseParameters(scenario, {})).map(({ text }) => say(text)),
      parameters: parametersOf(scenario),
    };
  });
  return entries.sort((a, b) => Number(b.id === FIRST) - Number(a.id === FIRST));
}
