import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { ListOptions } from '../cli/program.ts';
import { PACKAGE_ROOT } from '../lab/package-root.ts';
import { becomeUser, invokingUser } from '../lab/privileges.ts';
import { parametersOf } from '../scenarios/parameter-table.ts';
import { parseParameters } from '../scenarios/parse-parameters.ts';
import { loadAll, loadScenario } from '../scenarios/registry.ts';
import { isUserFile } from '../scenarios/user-file.ts';
import { say } from '../words/text.ts';
import { printLines, textStyle } from './terminal.ts';
import type { Views } from './views.ts';

/** `sockscope scenarios`: what there is to run, or what one scenario teaches, takes and shows. */
export async function scenariosCommand(options: ListOptions, views: Views): Promise<ExitCode> {
  const { display, scenario: id } = options;
  if (options.template) {
    await printLines([readFileSync(join(PACKAGE_ROOT, 'docs/scenario-template.js'), 'utf8').trimEnd()]);
    return EXIT.done;
  }
  const owner = id !== null && isUserFile(id) ? invokingUser() : null;
  if (owner !== null) becomeUser(owner); // a user's own code runs as that user
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
