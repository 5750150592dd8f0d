import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { ListOptions } from '../cli/program.ts';
import { parametersOf } from '../scenarios/parameter-table.ts';
import { parseParameters } from '../scenarios/parse-parameters.ts';
import { loadAll, loadScenario } from '../scenarios/registry.ts';
import { say } from '../words/text.ts';
import { printLines, textStyle } from './terminal.ts';
import type { Views } from './views.ts';

/** `sockscope scenarios`: what there is to run, or what one scenario teaches, takes and shows. */
export async function scenariosCommand(options: ListOptions, views: Views): Promise<ExitCode> {
  const { display, scenario: id } = options;
  const chosen = id === null ? await loadAll() : [await loadScenario(id)];
  if (display.format === 'json') {
    await printLines(chosen.map((scenario) => JSON.stringify(described(scenario))));
    return EXIT.done;
  }
  const style = textStyle(display);
  const [only] = chosen;
  await printLines(
    id === null || only === undefined ? views.scenarioList(chosen, style) : views.scenario(only, style),
  );
  return EXIT.done;
}

function described(scenario: Awaited<ReturnType<typeof loadScenario>>): object {
  const { id, title, teaches, lookFor, protocol, variants } = scenario;
  return {
    schema: 1,
    type: 'scenario',
    id,
    title: say(title),
    teaches: say(teaches),
    look_for: lookFor(parseParameters(scenario, {})).map(({ text }) => say(text)),
    variants: variants.map(({ options, shows }) => ({ options, shows: say(shows) })),
    protocol,
    parameters: parametersOf(scenario),
  };
}
